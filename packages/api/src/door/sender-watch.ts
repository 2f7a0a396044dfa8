import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, type Limits } from '@assay/shared';

type PaceLimits = Pick<Limits, 'idleSeconds' | 'minBytesPerSecond' | 'paceSeconds'>;

interface Sender {
  req: IncomingMessage;
  res: ServerResponse;
  /** Of the connection, when last looked at. */
  bytes: number;
  silentSeconds: number;
  /** Seconds of waiting in the present window, and the connection's bytes when it began. */
  waitedSeconds: number;
  windowBytes: number;
}

/** Watches that whoever sends a body goes on sending. Time in which we are the slow ones does not count. */
export class SenderWatch {
  readonly #limits: PaceLimits;
  readonly #refuse: (req: IncomingMessage, res: ServerResponse, error: AppError) => void;
  readonly #senders = new Set<Sender>();
  readonly #timer: NodeJS.Timeout;
  #lookedAt = performance.now();

  constructor(limits: PaceLimits, refuse: (req: IncomingMessage, res: ServerResponse, error: AppError) => void) {
    this.#limits = limits;
    this.#refuse = refuse;
    const seconds = Math.min(1, limits.idleSeconds / 4, limits.paceSeconds / 4);
    this.#timer = setInterval(() => this.#look(seconds), seconds * 1000).unref();
  }

  watch(req: IncomingMessage, res: ServerResponse): void {
    if (req.headers['transfer-encoding'] === undefined && !Number(req.headers['content-length'])) return;
    const bytes = req.socket.bytesRead;
    const sender: Sender = { req, res, bytes, silentSeconds: 0, waitedSeconds: 0, windowBytes: bytes };
    this.#senders.add(sender);
    const forget = () => this.#senders.delete(sender);
    req.once('end', forget);
    res.once('close', forget);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(usual: number): void {
    const now = performance.now();
    // A process that was busy itself must not blame the senders for it.
    const seconds = Math.min((now - this.#lookedAt) / 1000, 2 * usual);
    this.#lookedAt = now;
    for (const sender of this.#senders) {
      const fault = this.#judge(sender, seconds);
      if (!fault) continue;
      this.#senders.delete(sender);
      this.#refuse(sender.req, sender.res, fault);
    }
  }

  #judge(sender: Sender, seconds: number): AppError | undefined {
    const { req, res } = sender;
    const { idleSeconds, minBytesPerSecond, paceSeconds } = this.#limits;
    const bytes = req.socket.bytesRead;
    const isNews = bytes > sender.bytes;
    sender.bytes = bytes;
    if (req.complete || res.headersSent || req.readableLength > 0) {
      sender.silentSeconds = 0;
      return undefined;
    }
    sender.silentSeconds = isNews ? 0 : sender.silentSeconds + seconds;
    sender.waitedSeconds += seconds;
    if (sender.silentSeconds >= idleSeconds) {
      const message = `No bytes came for ${idleSeconds} seconds`;
      return AppError.of({ code: 'request_timeout', message, limit: idleSeconds });
    }
    if (sender.waitedSeconds < paceSeconds) return undefined;
    if (bytes - sender.windowBytes < minBytesPerSecond * sender.waitedSeconds) {
      const message = `Fewer than ${minBytesPerSecond} bytes a second came, over ${paceSeconds} seconds`;
      return AppError.of({ code: 'request_timeout', message, limit: minBytesPerSecond });
    }
    sender.waitedSeconds = 0;
    sender.windowBytes = bytes;
    return undefined;
  }
}

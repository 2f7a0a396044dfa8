import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { administrator } from '@assay/api/testing';
import { onTestFinished } from 'vitest';
import { checkout } from '../checkout.ts';
import type { Outcome } from './outcome.ts';

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** `assay ingest` as people start it, signed in as the administrator, without a terminal. */
export function startIngest(
  url: string,
  args: string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [checkout.main, 'ingest', ...args], {
    cwd,
    env: {
      PATH: process.env.PATH,
      XDG_STATE_HOME: cwd,
      ASSAY_URL: url,
      ASSAY_USERNAME: administrator.username,
      ASSAY_PASSWORD: administrator.password,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[code], out, err]) => ({ code, out, err }),
  );
  return { child, ended };
}

export const runIngest = (...given: Parameters<typeof startIngest>): Promise<Ended> => startIngest(...given).ended;

/** The lines of --json: an outcome for each file, and the summary. */
export function readLines(out: string) {
  const lines: unknown[] = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { summary } = lines.pop() as { summary: Record<string, unknown> };
  return { outcomes: lines as Outcome[], summary };
}

interface Meddling {
  /** Whether the request goes no further. */
  swallow?: (path: string, socket: Socket) => boolean;
  /** Hears how many bytes of uploads have come through, all together. */
  onBytes?: (bytes: number, socket: Socket) => void;
}

/** A server in front of another, which meddles with requests and counts the bytes of uploads. */
export async function startProxy(target: string, { swallow, onBytes }: Meddling = {}) {
  const counted = { bytes: 0 };
  const server = createServer((req, res) => {
    if (swallow?.(req.url ?? '', req.socket)) return;
    if (req.url === '/model/predict' || req.method === 'PATCH') {
      req.on('data', (piece: Buffer) => {
        counted.bytes += piece.length;
        onBytes?.(counted.bytes, req.socket);
      });
    }
    const onward = request(target + req.url, { method: req.method, headers: req.headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    req.on('error', () => onward.destroy()).pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, counted };
}

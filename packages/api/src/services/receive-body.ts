import type { IncomingMessage } from 'node:http';
import { AppError } from '@assay/shared';
import { onRefusal } from '../door/refusal.ts';

/**
 * Gives a request's body to `take`, chunk by chunk; a promise that it returns is waited for. Rejects with what `take`
 * throws, with the door's refusal, with the signal's reason, or with `incomplete_upload` when the sender goes away. The
 * connection stays open, so that the sender can be answered.
 */
export function receiveBody(
  req: IncomingMessage,
  take: (bytes: Buffer) => Promise<void> | undefined,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopped = false;
    const stop = () => {
      stopped = true;
      req.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      req.pause();
      stopListening();
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown) => {
      stop();
      reject(error);
    };
    // The end may be told while the last chunk is still being taken.
    let taking = false;
    let ended = false;
    const finish = () => {
      stop();
      resolve();
    };
    const onEnd = () => {
      ended = true;
      if (!taking) finish();
    };
    const onGone = () => !ended && fail(new AppError('incomplete_upload', 'The upload broke off: its sender has gone'));
    const onAbort = () => fail(signal.reason);
    const goOn = () => {
      taking = false;
      if (stopped) return;
      if (ended) finish();
      else req.resume();
    };
    const onData = (bytes: Buffer) => {
      try {
        const wait = take(bytes);
        if (!wait) return;
        taking = true;
        req.pause();
        wait.then(goOn, fail);
      } catch (error) {
        fail(error);
      }
    };
    const stopListening = onRefusal(req, fail);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort);
    req.on('data', onData).once('end', onEnd).once('error', onGone).once('close', onGone);
  });
}

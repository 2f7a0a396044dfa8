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
    const stop = () => {
      req.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      req.pause();
      stopListening();
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown) => {
      stop();
      reject(error);
    };
    const onEnd = () => {
      stop();
      resolve();
    };
    const onGone = () => fail(new AppError('incomplete_upload', 'The upload broke off: its sender has gone'));
    const onAbort = () => fail(signal.reason);
    const goOn = () => {
      if (req.listeners('data').includes(onData)) req.resume();
    };
    const onData = (bytes: Buffer) => {
      try {
        const wait = take(bytes);
        if (!wait) return;
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

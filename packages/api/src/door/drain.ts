import type { IncomingMessage } from 'node:http';

const quietMilliseconds = 2000;

/**
 * Reads on what a refused sender still sends, and throws it away. Who closes a connection with bytes unread resets it,
 * and the answer with it. Resolves when the sender has ended or gone, is quiet for 2 s, or after `seconds`.
 */
export function drain(req: IncomingMessage, seconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(whole);
      clearTimeout(quiet);
      req.off('data', onData).off('end', done).off('close', done);
      resolve();
    };
    const onData = () => {
      quiet.refresh();
    };
    const whole = setTimeout(done, seconds * 1000);
    const quiet = setTimeout(done, quietMilliseconds);
    if (req.destroyed || req.socket.readableEnded) done();
    else
      req
        .on('error', () => {})
        .on('data', onData)
        .once('end', done)
        .once('close', done)
        .resume();
  });
}

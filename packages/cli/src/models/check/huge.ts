import { setTimeout as wait } from 'node:timers/promises';
import { formatBytes, formatCount } from '@assay/shared';
import { AssayError } from '../../client/assay-error.ts';
import { predict } from './ask-model.ts';
import { type Check, failed, notChecked, passed } from './checking.ts';
import { findRefusalFault, quote } from './judge-reply.ts';

const pieceBytes = 64 * 1024;
/** For the refusal to arrive before the rest is sent, as a sender with manners does. */
const pauseMs = 1_000;

const fix = 'Refuse with 413 by Content-Length, before the body is read, when it is above limits.maxBytes';

export const huge: Check = {
  name: 'huge',
  asked: 'POST /predict with one byte more than limits.maxBytes, as a stream',
  needs: ['health'],
  async run(subject) {
    const { maxBytes } = subject.manifest.limits;
    if (!subject.saysMaxBytes)
      return notChecked(
        `The manifest has no limits.maxBytes, so objects of up to ${formatBytes(maxBytes)} will come`,
        'Say in limits.maxBytes what the model can take',
      );
    const [{ mime }] = subject.samples;
    const sent = { bytes: 0 };
    const length = maxBytes + 1;
    const told = () => `with ${formatCount(sent.bytes)} of ${formatCount(length)} bytes sent`;
    try {
      const body = makeBody(length, sent, subject.signal);
      const reply = await predict(subject, { mime, bytes: Buffer.alloc(0), body, length, fileName: 'huge' });
      const came = `${quote(reply)} (${told()})`;
      if (reply.status !== 413) return failed(came, fix);
      const fault = findRefusalFault(reply);
      return fault ? failed(came, fault) : passed(came);
    } catch (error) {
      if (subject.signal.aborted) return failed(`No answer in time, ${told()}`, fix);
      if (error instanceof AssayError) return failed(`${error.message}, ${told()}`, `${fix}; answer, then close`);
      throw error;
    }
  },
};

/** Zeros, from the same piece of memory all the way. */
async function* makeBody(length: number, sent: { bytes: number }, signal: AbortSignal): AsyncGenerator<Buffer> {
  const piece = Buffer.alloc(pieceBytes);
  for (sent.bytes = 0; sent.bytes < length; ) {
    const next = piece.subarray(0, Math.min(pieceBytes, length - sent.bytes));
    yield next;
    if (sent.bytes === 0) await wait(pauseMs, undefined, { signal });
    sent.bytes += next.length;
  }
}

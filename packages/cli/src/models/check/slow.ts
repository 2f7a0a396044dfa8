import { setTimeout as wait } from 'node:timers/promises';
import { predictPatiently } from './ask-model.ts';
import { type Check, failed, passed } from './checking.ts';
import { findAnswerFault, quote } from './judge-reply.ts';

const pieces = 20;
const sendMs = 2_000;
const readMs = 500;

export const slow: Check = {
  name: 'slow',
  asked: `POST /predict with a good object sent in ${pieces} pieces over ${sendMs / 1000} s, its answer read ${readMs / 1000} s late`,
  needs: ['good_sample'],
  async run(subject) {
    const [{ mime, bytes, fileName }] = subject.samples;
    // Each attempt has a body of its own.
    const body = { [Symbol.asyncIterator]: () => drip(bytes, subject.signal) };
    const reply = await predictPatiently(subject, { mime, bytes, body, fileName, pauseMs: readMs });
    const fault = findAnswerFault(reply, subject.manifest);
    return fault
      ? failed(quote(reply), `${fault}. A slow line is no fault: give up on silence only`)
      : passed(quote(reply));
  },
};

async function* drip(bytes: Buffer, signal: AbortSignal): AsyncGenerator<Buffer> {
  const length = Math.ceil(bytes.length / pieces);
  for (let at = 0; at < bytes.length; at += length) {
    if (at > 0) await wait(sendMs / pieces, undefined, { signal });
    yield bytes.subarray(at, at + length);
  }
}

import { setTimeout as wait } from 'node:timers/promises';
import { formatCountOf } from '@assay/shared';
import { predict, predictPatiently } from './ask-model.ts';
import { type Check, failed, passed, type Subject } from './checking.ts';
import { becomesReady } from './health.ts';
import { findAnswerFault, quote } from './judge-reply.ts';

/** More callers than this tell nothing more. */
const maxCallers = 32;
const pauseMs = 50;
/** So long after the last caller went away the model may still be winding down. */
const readyMs = 10_000;

const fix = 'When the connection closes, stop the work and give its place back';

export const cancelled: Check = {
  name: 'cancelled',
  asked: 'POST /predict from callers who go away, half of them in the middle of the body; then a good object',
  needs: ['good_sample'],
  async run(subject) {
    const callers = Math.min(2 * subject.manifest.limits.concurrency, maxCallers);
    for (let i = 0; i < callers; i += 1) await goAway(subject, i % 2 === 0);
    const after = `after ${formatCountOf(callers, 'caller')} went away`;
    const patience = AbortSignal.any([subject.signal, AbortSignal.timeout(readyMs)]);
    if (!(await becomesReady({ ...subject, signal: patience })))
      return failed(`GET /health does not say ready ${after}`, fix);
    try {
      const reply = await predictPatiently(subject, subject.samples[0]);
      const fault = findAnswerFault(reply, subject.manifest);
      return fault ? failed(`${quote(reply)}, ${after}`, fault) : passed(`ready, and ${quote(reply)}, ${after}`);
    } catch (error) {
      if (!subject.signal.aborted) throw error;
      return failed(`A good object is not predicted in time ${after}`, fix);
    }
  },
};

async function goAway(subject: Subject, inTheMiddle: boolean): Promise<void> {
  const [{ bytes, mime, fileName }] = subject.samples;
  const leave = new AbortController();
  const half = Math.ceil(bytes.length / 2);
  async function* body() {
    yield bytes.subarray(0, half);
    await wait(pauseMs);
    if (inTheMiddle) leave.abort();
    else yield bytes.subarray(half);
  }
  const signal = AbortSignal.any([subject.signal, leave.signal]);
  const gone = predict({ ...subject, signal }, { mime, bytes, body: body(), fileName }).catch((error: unknown) => {
    if (!leave.signal.aborted) throw error;
  });
  if (!inTheMiddle) {
    await wait(2 * pauseMs);
    leave.abort();
  }
  await gone;
}

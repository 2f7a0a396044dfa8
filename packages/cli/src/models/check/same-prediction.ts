import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import { predictPatiently } from './ask-model.ts';
import { type Check, failed, passed } from './checking.ts';
import { findAnswerFault, quote } from './judge-reply.ts';

export const samePrediction: Check = {
  name: 'same_prediction',
  asked: 'POST /predict twice with the same object and the same Assay-Prediction',
  needs: ['good_sample'],
  async run(subject) {
    const question = { ...subject.samples[0], prediction: uuidv7() };
    const first = await predictPatiently(subject, question);
    const second = await predictPatiently(subject, question);
    for (const reply of [first, second]) {
      const fault = findAnswerFault(reply, subject.manifest);
      if (fault) return failed(quote(reply), fault);
    }
    if (isDeepStrictEqual([first.json, first.form], [second.json, second.form]))
      return passed(`${quote(second)}, both times`);
    const fix = 'Answer the same both times: no clock, no counter and no unseeded chance in the answer';
    return failed(`first ${quote(first)}; then ${quote(second)}`, fix);
  },
};

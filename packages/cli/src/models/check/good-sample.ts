import { predictPatiently } from './ask-model.ts';
import { type Check, failed, passed } from './checking.ts';
import { findAnswerFault, quote } from './judge-reply.ts';

export const goodSample: Check = {
  name: 'good_sample',
  asked: 'POST /predict with a good object of each type that the model accepts',
  needs: ['health'],
  async run(subject) {
    const came: string[] = [];
    for (const sample of subject.samples) {
      const reply = await predictPatiently(subject, sample);
      const fault = findAnswerFault(reply, subject.manifest);
      if (fault) return failed(`${sample.fileName}: ${quote(reply)}`, fault);
      came.push(`${sample.fileName}: ${quote(reply)}`);
    }
    return passed(came.join('; '));
  },
};

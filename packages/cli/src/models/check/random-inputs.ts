import { AssayError } from '../../client/assay-error.ts';
import { predictPatiently } from './ask-model.ts';
import { type Check, failed, passed, type Subject } from './checking.ts';
import { findEitherFault, quote } from './judge-reply.ts';
import { makeRandomInputs, type RandomInput } from './make-random-inputs.ts';

const count = 20;

export const randomInputs: Check = {
  name: 'random_inputs',
  asked: `POST /predict with ${count} objects of noise and of damaged samples, the same ones in every check`,
  needs: ['good_sample'],
  async run(subject) {
    const inputs = makeRandomInputs(subject.samples[0], count);
    const refused = { count: 0 };
    for (const input of inputs) {
      const fault = await tryInput(subject, input, refused);
      if (fault) return failed(`${input.fileName} (${input.is}): ${fault.came}`, fault.fix);
    }
    return passed(`${count - refused.count} predicted, ${refused.count} refused`);
  },
};

async function tryInput(subject: Subject, { bytes, fileName }: RandomInput, refused: { count: number }) {
  try {
    const reply = await predictPatiently(subject, { mime: subject.samples[0].mime, bytes, fileName });
    if (reply.status !== 200) refused.count += 1;
    const fix = findEitherFault(reply, subject.manifest);
    return fix ? { came: quote(reply), fix } : undefined;
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    return { came: error.message, fix: 'Refuse what can not be read; no object may end the server' };
  }
}

import { predictPatiently } from './ask-model.ts';
import { type Check, failed, passed } from './checking.ts';
import { findEitherFault, quote } from './judge-reply.ts';

export const truncated: Check = {
  name: 'truncated',
  asked: 'POST /predict with the first half of a good object',
  needs: ['good_sample'],
  async run(subject) {
    const [{ mime, bytes, fileName }] = subject.samples;
    const half = bytes.subarray(0, Math.ceil(bytes.length / 2));
    const reply = await predictPatiently(subject, { mime, bytes: half, fileName });
    const fault = findEitherFault(reply, subject.manifest);
    return fault ? failed(quote(reply), fault) : passed(quote(reply));
  },
};

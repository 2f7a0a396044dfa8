import { predictPatiently } from './ask-model.ts';
import { type Check, failed, passed } from './checking.ts';
import { findEitherFault, findRefusalFault, quote } from './judge-reply.ts';

export const empty: Check = {
  name: 'empty',
  asked: 'POST /predict with an object of no bytes',
  needs: ['health'],
  async run(subject) {
    const [{ mime, mediaType }] = subject.samples;
    const reply = await predictPatiently(subject, { mime, bytes: Buffer.alloc(0), fileName: 'empty' });
    // Nothing is still a text.
    const fault = mediaType === 'text' ? findEitherFault(reply, subject.manifest) : findRefusalFault(reply);
    return fault ? failed(quote(reply), fault) : passed(quote(reply));
  },
};

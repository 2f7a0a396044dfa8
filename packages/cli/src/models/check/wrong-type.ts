import { mediaTypes } from '@assay/shared';
import { predictPatiently } from './ask-model.ts';
import { type Check, failed, passed } from './checking.ts';
import { findRefusalFault, quote } from './judge-reply.ts';
import { readOwnSample, type Sample } from './sample.ts';

export const wrongType: Check = {
  name: 'wrong_type',
  asked: 'POST /predict with an object of a type that the model does not accept',
  needs: ['health'],
  async run(subject) {
    const object = await chooseWrong(subject.manifest.accepts);
    const reply = await predictPatiently(subject, object);
    const fault = findRefusalFault(reply);
    const came = `${object.fileName}: ${quote(reply)}`;
    if (!fault) return passed(came);
    const why = 'A result for what the model can not read looks like a finding.';
    return failed(came, reply.status === 200 ? `${fault}. ${why}` : fault);
  },
};

/** The types that are furthest from the others come first: what reads sound may read that of a video. */
async function chooseWrong(accepts: readonly string[]): Promise<Omit<Sample, 'mediaType'>> {
  const type = mediaTypes.toSorted((a) => (a === 'text' ? -1 : 0)).find((each) => !accepts.includes(each));
  if (type) return readOwnSample(type);
  const bytes = Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1');
  return { fileName: 'empty.zip', bytes, mime: 'application/zip' };
}

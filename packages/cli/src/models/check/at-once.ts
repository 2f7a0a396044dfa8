import { formatCountOf } from '@assay/shared';
import { AssayError } from '../../client/assay-error.ts';
import { predict, type Reply } from './ask-model.ts';
import { type Check, failed, passed, type Subject } from './checking.ts';
import { findAnswerFault, findBusyFault, isBusy, quote } from './judge-reply.ts';

export const atOnce: Check = {
  name: 'at_once',
  asked: 'POST /predict with 2 x limits.concurrency good objects at once',
  needs: ['good_sample'],
  async run(subject) {
    const { concurrency } = subject.manifest.limits;
    const replies = await Promise.all(Array.from({ length: 2 * concurrency }, () => askOne(subject)));
    const faults = replies.flatMap((reply) => judge(reply, subject) ?? []);
    const predicted = replies.filter((reply) => !('broke' in reply) && reply.status === 200).length;
    const busy = replies.filter((reply) => !('broke' in reply) && isBusy(reply)).length;
    const came = `${formatCountOf(replies.length, 'request')}: ${predicted} predicted, ${busy} told to come again`;
    const [fault] = faults;
    if (fault) return failed(`${came}; ${fault.came}`, fault.fix);
    if (predicted === 0) return failed(came, `Predict ${concurrency} at a time, as limits.concurrency says`);
    return passed(came);
  },
};

type OneReply = Reply | { broke: string };

async function askOne(subject: Subject): Promise<OneReply> {
  try {
    return await predict(subject, subject.samples[0]);
  } catch (error) {
    if (error instanceof AssayError) return { broke: error.message };
    throw error;
  }
}

function judge(reply: OneReply, { manifest }: Subject): { came: string; fix: string } | undefined {
  const fix = 'Answer 503 with Retry-After when all places are taken';
  if ('broke' in reply) return { came: reply.broke, fix };
  const fault = isBusy(reply) ? findBusyFault(reply) : findAnswerFault(reply, manifest);
  if (!fault) return undefined;
  return { came: quote(reply), fix: reply.status === 200 || isBusy(reply) ? fault : fix };
}

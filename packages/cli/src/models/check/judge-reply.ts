import {
  type Answer,
  answerSchema,
  busyStatuses,
  describeFaults,
  formatCountOf,
  type Manifest,
  refusalSchema,
  refusalStatuses,
} from '@assay/shared';
import type { Reply } from './ask-model.ts';
import { findObjectFault } from './read-form.ts';

/** What to change in an answer; undefined: it is right. */
type Fault = string | undefined;

/** The status and the beginning of what was said. */
export function quote({ status, text, form }: Reply): string {
  const made = form ? ` and ${formatCountOf(form.objects.length, 'object')}` : '';
  const said = text.replace(/\s+/g, ' ').trim();
  return `${status}${said ? ` ${said.length > 200 ? `${said.slice(0, 200)}…` : said}` : ', and no body'}${made}`;
}

const isRefusal = ({ status }: Reply) => refusalStatuses.includes(status);
export const isBusy = ({ status }: Reply) => busyStatuses.includes(status);

const refusals = `${refusalStatuses.slice(0, -1).join(', ')} or ${refusalStatuses.at(-1)}`;

export function findAnswerFault(reply: Reply, manifest: Manifest): Fault {
  if (reply.status !== 200) return `Answer 200 with the prediction; ${refusals} is for objects that can't be predicted`;
  const type = reply.contentType || 'no Content-Type';
  const objectFault = reply.form && findObjectFault(reply.form, manifest.emits);
  if (objectFault) return objectFault;
  if (!reply.form && !type.startsWith('application/json'))
    return `Answer with Content-Type: application/json, not ${type}`;
  if (reply.json === undefined) return 'Answer JSON; NaN and Infinity are none';
  const answer = answerSchema.safeParse(reply.json);
  if (!answer.success) return `Mend the answer: ${describeFaults(answer.error, reply.json).slice(0, 5).join('; ')}`;
  return findUnknownClass(answer.data, manifest);
}

function findUnknownClass({ result }: Answer, { classes }: Manifest): Fault {
  const unknown = classes.length ? Object.keys(result).filter((name) => !classes.includes(name)) : [];
  return unknown.length ? `List in the manifest's classes what result has: ${unknown.join(', ')}` : undefined;
}

export function findRefusalFault(reply: Reply): Fault {
  if (!isRefusal(reply)) return `Answer ${refusals} to an object that can't be predicted: it is not tried again then`;
  return refusalSchema.safeParse(reply.json).success
    ? undefined
    : 'Say why, for people: {"error": {"message": "This image is cut off"}}';
}

/** A prediction or a refusal: what is right for an object that some models read and others do not. */
export const findEitherFault = (reply: Reply, manifest: Manifest): Fault =>
  reply.status === 200 ? findAnswerFault(reply, manifest) : findRefusalFault(reply);

export function findBusyFault({ status, retryAfter }: Reply): Fault {
  if (retryAfter !== undefined && (/^\d+$/.test(retryAfter) || !Number.isNaN(Date.parse(retryAfter)))) return undefined;
  const is = retryAfter === undefined ? 'lacks' : `has "${retryAfter}" in`;
  return `Send Retry-After with ${status}, in seconds: the answer ${is} it`;
}

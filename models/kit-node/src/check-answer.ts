import { type Answer, answerSchema, type Manifest } from '@assay/shared';
import { makeStorable } from './make-storable.ts';
import { Refusal } from './refusal.ts';

/** What `predict` returned, as the protocol wants it. Throws a 500 that names what is wrong. */
export function checkAnswer(predicted: unknown, { classes }: Manifest): Answer {
  const returned = makeStorable(predicted);
  const result = returned && typeof returned === 'object' && 'result' in returned ? returned.result : undefined;
  const parsed = answerSchema.safeParse({ classes: Object.keys(result ?? {}), ...(returned as object) });
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'answer'}: ${issue.message}`);
    throw new Refusal(500, `The model's answer is not valid: ${faults.slice(0, 5).join('; ')}`);
  }
  const unknown = classes.length ? Object.keys(parsed.data.result).filter((name) => !classes.includes(name)) : [];
  if (unknown.length) throw new Refusal(500, `The answer has classes that the manifest lacks: ${unknown.join(', ')}`);
  return parsed.data;
}

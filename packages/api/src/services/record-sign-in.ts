import { type Actor, findBetweenFactors, findNamed, type Origin, recordActs } from '@assay/db';
import type { AuditAct } from '@assay/shared';
import { z } from 'zod';
import type { App } from '../app.ts';
import type { Return } from './sign-in-provider.ts';

const answerSchema = z.looseObject({
  user: z.looseObject({ id: z.string(), username: z.string().nullish() }).optional(),
  twoFactorRedirect: z.boolean().optional(),
  code: z.string().optional(),
});

const readAnswer = async (answer: Response) =>
  answerSchema.safeParse(
    await answer
      .clone()
      .json()
      .catch(() => undefined), // it says nothing more
  ).data;

// better-auth writes in transactions of its own, so these records come after what they tell, and before its answer goes
// out: nobody has a session of which there is no record.

/** Puts down how a try to sign in with a password ended. What was typed as the name of nobody may be a password: it is not kept. */
export async function recordSignIn(
  app: App,
  attempt: { username: string; from: Origin },
  answer: Response,
): Promise<void> {
  const said = await readAnswer(answer);
  const person = said?.user ?? (await findNamed(app.db, attempt.username));
  const act = said?.twoFactorRedirect ? 'confirm_password' : 'sign_in';
  await record(app, answer, { by: byOf(person, attempt.from), act, details: codeOf(said) });
}

/** The same of a code of a second factor: of who signs in, or (`asker`) of who sets one up. */
export async function recordCode(
  app: App,
  attempt: { kind: 'totp' | 'backup-code'; asker: Actor | undefined; cookie: string | undefined; from: Origin },
  answer: Response,
): Promise<void> {
  const { kind, asker, cookie, from } = attempt;
  const said = await readAnswer(answer);
  const mark = /two_factor=([^;]+)/.exec(cookie ?? '')?.[1];
  const between = mark && (await findBetweenFactors(app.db, decodeURIComponent(mark).split('.')[0] ?? ''));
  const person = asker ?? said?.user ?? (between || undefined);
  const act = asker ? 'use_second_factor' : 'sign_in';
  await record(app, answer, { by: byOf(person, from), act, details: { secondFactor: kind, ...codeOf(said) } });
}

/** The same of somebody who comes back from the provider; gives the code of why they do not come in. */
export async function recordReturn(app: App, returning: Return, answer: Response): Promise<string | undefined> {
  const { searchParams } = new URL(answer.headers.get('location') ?? '/', 'http://assay.invalid');
  const isIn = answer.headers.getSetCookie().some((cookie) => cookie.includes('session_token='));
  const said = searchParams.get('error')?.toLowerCase() ?? 'unknown';
  const code = returning.refusal ?? (isIn ? undefined : said);
  const details = { provider: app.provider?.config.issuer, ...(code && { code }) };
  const by = byOf(returning.person, returning.from);
  await recordActs(app.db, [
    { by, act: 'sign_in', outcome: code ? 'refused' : 'done', details, ...(by.id && { subject: subjectOf(by.id) }) },
  ]);
  return code;
}

const subjectOf = (id: string) => ({ kind: 'person' as const, id });

const codeOf = (said: z.infer<typeof answerSchema> | undefined) => (said?.code ? { code: said.code } : undefined);

const byOf = (person: { id?: string; username?: string | null | undefined } | undefined, from: Origin): Actor => ({
  ...(person?.id && { id: person.id, username: person.username ?? undefined }),
  from,
});

const record = (
  app: App,
  answer: Response,
  it: { by: Actor; act: AuditAct; details: Record<string, unknown> | undefined },
): Promise<void> => {
  const outcome = answer.ok ? ('done' as const) : answer.status < 500 ? ('refused' as const) : ('failed' as const);
  const { by, act, details } = it;
  const subject = by.id ? subjectOf(by.id) : undefined;
  return recordActs(app.db, [{ by, act, outcome, ...(subject && { subject }), ...(details && { details }) }]);
};

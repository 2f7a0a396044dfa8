import { useQuery } from '@tanstack/react-query';
import { postAuth } from './auth-request.ts';

/** The name of where people can sign in besides; null: nowhere. */
async function findProvider(): Promise<string | null> {
  const answer = await fetch('/api/auth/provider');
  return answer.ok ? ((await answer.json()) as { name: string | null }).name : null;
}

export const useProvider = (): string | null =>
  useQuery({ queryKey: ['sign-in-provider'], queryFn: findProvider, staleTime: 60_000 }).data ?? null;

/** Goes to the provider; gives why that can't be. */
export async function goToProvider(
  route: 'sign-in/provider' | 'link-provider',
  body: Record<string, string>,
): Promise<string | null> {
  const answer = await postAuth<{ url: string }>(route, body);
  if (!answer.ok) return answer.message;
  window.location.assign(answer.body.url);
  return null;
}

/** What the provider, or Assay, said against somebody who came back from there. */
export function describeRefusal(code: string): string {
  return refusals[code] ?? `Signing in there did not work (${code}). Try again, or ask an administrator.`;
}

const refusals: Record<string, string> = {
  not_invited: 'You have no account here. Ask an administrator for an invitation, and open that first.',
  linked_elsewhere: 'That account at the provider belongs to somebody else here.',
  banned_user: 'This account is disabled. Ask an administrator.',
  access_denied: 'You did not agree there, or may not use Assay.',
  state_mismatch: 'That took too long, or was begun in another browser. Try again.',
  provider_away: 'The provider can’t be reached at present. Try again in a moment.',
};

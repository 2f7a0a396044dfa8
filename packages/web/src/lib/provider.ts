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

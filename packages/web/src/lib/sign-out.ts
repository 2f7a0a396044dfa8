import { noteSignedOut } from './connection.ts';

export async function signOut(): Promise<void> {
  await fetch('/api/auth/sign-out', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  noteSignedOut();
}

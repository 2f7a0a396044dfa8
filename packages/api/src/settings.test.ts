import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const read = async (headers: Record<string, string>) => {
  const answer = await fetch(`${api.url}/trpc/settings.blur`, { headers });
  return ((await answer.json()) as { result: { data: unknown } }).result.data;
};

test('the blur that everybody begins with is an administrator’s to choose, and each choice is on the trail', async () => {
  const admin = await api.signIn();
  const { headers } = await api.addPerson('investigator');
  const strong = { strength: 'strong', grey: false };
  expect(await read(headers)).toEqual({ strength: 'medium', grey: true });
  await expect(api.mutate('settings.setBlur', headers, strong)).rejects.toThrow(/403/);
  await expect(api.mutate('settings.setBlur', admin, { strength: 'none', grey: true })).rejects.toThrow(/400/);
  expect(await read(headers)).toEqual({ strength: 'medium', grey: true });
  await api.mutate('settings.setBlur', admin, strong);
  await api.mutate('settings.setBlur', admin, { strength: 'light', grey: true });
  expect(await read(headers)).toEqual({ strength: 'light', grey: true });
  const acts = await api.db.execute(
    sql`select username, subject_kind, subject_id, details from audit_records where act = 'change_setting' order by id`,
  );
  const setting = { username: 'ada', subject_kind: 'setting', subject_id: 'blur' };
  expect([...acts]).toEqual([
    { ...setting, details: { before: { strength: 'medium', grey: true }, now: strong } },
    { ...setting, details: { before: strong, now: { strength: 'light', grey: true } } },
  ]);
});

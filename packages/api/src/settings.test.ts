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
  return ((await answer.json()) as { result: { data: { own: unknown; common: unknown } } }).result.data;
};

test('the blur that everybody begins with is an administrator’s to choose, and each choice is on the trail', async () => {
  const admin = await api.signIn();
  const { headers } = await api.addPerson('investigator');
  const strong = { strength: 'strong', grey: false };
  expect((await read(headers)).common).toEqual({ strength: 'medium', grey: true });
  await expect(api.mutate('settings.setBlur', headers, strong)).rejects.toThrow(/403/);
  await expect(api.mutate('settings.setBlur', admin, { strength: 'none', grey: true })).rejects.toThrow(/400/);
  expect((await read(headers)).common).toEqual({ strength: 'medium', grey: true });
  await api.mutate('settings.setBlur', admin, strong);
  await api.mutate('settings.setBlur', admin, { strength: 'light', grey: true });
  expect((await read(headers)).common).toEqual({ strength: 'light', grey: true });
  const acts = await api.db.execute(
    sql`select username, subject_kind, subject_id, details from audit_records where act = 'change_setting' order by id`,
  );
  const setting = { username: 'ada', subject_kind: 'setting', subject_id: 'blur' };
  expect([...acts]).toEqual([
    { ...setting, details: { before: { strength: 'medium', grey: true }, now: strong } },
    { ...setting, details: { before: strong, now: { strength: 'light', grey: true } } },
  ]);
});

test('what somebody chooses for themselves holds for them wherever they sign in, and for nobody else, until they choose nothing', async () => {
  const [first, other] = [await api.addPerson('investigator'), await api.addPerson('researcher')];
  const own = { strength: 'light', grey: false };
  await api.mutate('settings.chooseBlur', first.headers, own);
  await api.mutate('settings.chooseBlur', other.headers, { strength: 'strong', grey: true });
  await api.mutate('settings.chooseBlur', other.headers, null);
  expect((await read(first.headers)).own).toEqual(own);
  expect((await read(other.headers)).own).toBe(null);
  await expect(api.mutate('settings.chooseBlur', other.headers, { strength: 'none' })).rejects.toThrow(/400/);
});

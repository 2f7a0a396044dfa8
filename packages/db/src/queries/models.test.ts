import { type ModelState, manifestSchema } from '@assay/shared';
import { expect, test } from 'vitest';
import { openDatabase } from '../client.ts';
import { createTestDatabase } from '../testing.ts';
import { recordModelEndpoint, replaceConfiguredModels } from './model-endpoints.ts';
import { listCurrentModels, upsertModel } from './models.ts';

test('the newest version that can take work is the current one; without any, the newest', async () => {
  const place = await createTestDatabase();
  const { db, close } = openDatabase(place.url, { connections: 1 });
  try {
    const versions = ['1.9.0', '1.10.0', '2.0.0'];
    await replaceConfiguredModels(db, versions);
    const say = async (version: string, state: ModelState) => {
      const manifest = manifestSchema.parse({ protocol: 'assay/1', name: 'faces', version, accepts: ['image'] });
      await recordModelEndpoint(db, version, { state, detail: null, modelId: await upsertModel(db, manifest) });
    };
    const current = async () => (await listCurrentModels(db)).map((model) => model.version);
    for (const version of versions) await say(version, 'ready');
    expect(await current()).toEqual(['2.0.0']);
    await say('2.0.0', 'offline');
    expect(await current()).toEqual(['1.10.0']);
    await say('1.10.0', 'failed');
    await say('1.9.0', 'offline');
    expect(await current()).toEqual(['2.0.0']);
  } finally {
    await close();
    await place.drop();
  }
});

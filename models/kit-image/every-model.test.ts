import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeBombs, makePictures } from './test-images.ts';

/*
 * Every model that looks at pictures takes the kinds that people have, and refuses what would fill the memory.
 */
vi.setConfig({ testTimeout: 120_000 });

const models = new URL('../', import.meta.url);
const usesKit = (name: string) => {
  const manifest = new URL(`${name}/package.json`, models);
  return existsSync(new URL(`${name}/model.json`, models)) && /kit-image/.test(readFileSync(manifest, 'utf8'));
};
const [pictures, bombs] = await Promise.all([makePictures(), makeBombs()]);
const mebibyte = 2 ** 20;

/** The most memory that a process and what it started ever had, in bytes. */
async function readPeak(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const own = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean);
  const theirs = await Promise.all(children.map((child) => readPeak(Number(child))));
  return theirs.reduce((sum, bytes) => sum + bytes, own);
}

describe.each(readdirSync(models).filter(usesKit))('%s', (name) => {
  let model: ServerUnderTest;
  beforeAll(async () => {
    model = await startServer(new URL(`${name}/`, models));
  });
  afterAll(() => model.stop());

  test('takes the pictures that people have', async () => {
    for (const [kind, bytes] of pictures) {
      const answer = await model.post(bytes);
      expect([kind, answer.status, answer.ok || (await answer.text())]).toEqual([kind, 200, true]);
    }
  });

  test('refuses what would fill the memory, and does not take the memory for it', async () => {
    const before = await readPeak(model.pid);
    for (const [kind, bytes] of bombs) {
      const refusal = await model.refusal(bytes);
      expect([kind, refusal]).toEqual([kind, { status: 422, message: expect.stringMatching(/pixels/) }]);
    }
    // The smallest of them would take 100 MB at a byte a pixel.
    expect((await readPeak(model.pid)) - before).toBeLessThan(50 * mebibyte);
  });
});

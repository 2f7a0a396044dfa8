import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { MediaType } from '@assay/shared';
import { type TestContext, test } from 'vitest';
import { findBundledModels } from '../bundled-models.ts';
import { checkout } from '../checkout.ts';
import { expectToPass } from './check/expect-to-pass.ts';
import { makeModel } from './new/make-model.ts';

/** A folder for models, with the kits where pnpm links them. */
async function makeModelsFolder({ onTestFinished }: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-new-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const packages = join(folder, 'node_modules/@assay');
  await mkdir(packages, { recursive: true });
  for (const kit of ['kit-node', 'kit-image']) await symlink(join(checkout.models, kit), join(packages, kit));
  return folder;
}

const cases: MediaType[][] = [['image'], ['text'], ['video', 'audio']];

test.concurrent.for(cases)('a new model for %s starts as it is and passes the check', async (accepts, context) => {
  const { expect } = context;
  const folder = await makeModelsFolder(context);
  await makeModel({ name: 'made_today', accepts }, folder);
  const [model] = findBundledModels(folder);
  expect(model).toMatchObject({ name: 'made_today', start: 'node server.ts' });
  if (!model) return;
  await expectToPass(model, context);
});

test.concurrent('a folder that is there stays as it is', async (context) => {
  const { expect } = context;
  const folder = await makeModelsFolder(context);
  await mkdir(join(folder, 'mine'));
  await expect(makeModel({ name: 'mine', accepts: ['text'] }, folder)).rejects.toThrow('mine is there already');
  expect(await readdir(join(folder, 'mine'))).toEqual([]);
});

test.concurrent.for([
  [['Dog-Breeds', '--accepts', 'image'], 'NAME: A name is a-z, 0-9 and _'],
  [['../dogs', '--accepts', 'image'], 'NAME: A name is a-z, 0-9 and _'],
  [['dogs', '--accepts', 'picture'], '--accepts has "picture"; allowed: image, video, audio, text'],
  [['dogs', '--accepts', 'image', '--lang', 'cobol'], '--lang: is node'],
  [['face_detect', '--accepts', 'image'], 'models/face_detect is there already'],
] as const)('assay models new %j says what is wrong, and makes nothing', async ([args, message], context) => {
  const { expect, onTestFinished } = context;
  const child = spawn(process.execPath, [checkout.main, 'models', 'new', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [[code], err] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
  expect(err).toContain(message);
  expect(code).toBe(2);
  expect(existsSync(join(checkout.models, 'dogs'))).toBe(false);
});

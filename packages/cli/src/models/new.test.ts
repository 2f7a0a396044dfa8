import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { MediaType } from '@assay/shared';
import { test, vi } from 'vitest';
import { checkout } from '../checkout.ts';
import { expectToPass } from './check/expect-to-pass.ts';
import { makeModel } from './new/make-model.ts';
import { makeModelsFolder, serveNewModel } from './new/serve-new-model.ts';

// A virtual environment and a check take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const cases: MediaType[][] = [['image'], ['text'], ['video', 'audio']];

test.concurrent.for(cases)(
  'a new model for %s in TypeScript starts as it is and passes the check',
  async (accepts, context) => {
    const served = await serveNewModel({ name: 'made_today', accepts, language: 'node' });
    if ('lacking' in served) throw new Error(served.lacking);
    await expectToPass(served, context);
  },
);

// Started beforehand: whether it can be is what decides the name of its test.
for (const accepts of cases) {
  const served = await serveNewModel({ name: 'made_today', accepts, language: 'python' });
  const what = `a new model for ${accepts} in Python starts as it is and passes the check`;
  if ('lacking' in served) test.skip(`lacking ${served.lacking}: ${what}`);
  else test.concurrent(what, (context) => expectToPass(served, context));
}

test.concurrent('a folder that is there stays as it is', async (context) => {
  const { expect } = context;
  const { folder, remove } = await makeModelsFolder();
  context.onTestFinished(remove);
  await mkdir(join(folder, 'mine'));
  await expect(makeModel({ name: 'mine', accepts: ['text'], language: 'node' }, folder)).rejects.toThrow(
    'mine is there already',
  );
  expect(await readdir(join(folder, 'mine'))).toEqual([]);
});

test.concurrent.for([
  [['Dog-Breeds', '--accepts', 'image'], 'NAME: A name is a-z, 0-9 and _'],
  [['../dogs', '--accepts', 'image'], 'NAME: A name is a-z, 0-9 and _'],
  [['dogs', '--accepts', 'picture'], '--accepts has "picture"; allowed: image, video, audio, text'],
  [['dogs', '--accepts', 'image', '--lang', 'cobol'], '--lang: is node or python'],
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

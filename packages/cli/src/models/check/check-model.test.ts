import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { checkModel } from './check-model.ts';
import { badServers } from './fixtures/bad-servers.ts';
import { type Behaviour, startTinyServer } from './fixtures/tiny-server.ts';

async function start({ onTestFinished }: TestContext, behaviour: Partial<Behaviour>): Promise<string> {
  const server = await startTinyServer(behaviour);
  onTestFinished(server.close);
  return server.url;
}

test.concurrent('a server of a few lines that keeps to the protocol passes', async (context) => {
  const report = await checkModel(await start(context, {}));
  expect(report.results.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  expect(report).toMatchObject({ passed: true, model: { name: 'tiny', version: '1.0.0', accepts: ['image'] } });
});

test.concurrent.for(badServers)('a server that $what fails $fails, and only that', async (bad, context) => {
  const report = await checkModel(await start(context, bad.behaviour), { limitSeconds: 5 });
  const failures = report.results.filter(({ outcome }) => outcome === 'failed');
  expect(failures.map(({ name }) => name)).toEqual([bad.fails]);
  expect(`${failures[0]?.came}\n${failures[0]?.fix}`.replaceAll('\n', ' ')).toMatch(bad.says);
  expect(report.passed).toBe(false);
});

test.concurrent('a manifest without limits.maxBytes is told, and is no failure', async (context) => {
  const manifest = {
    protocol: 'assay/1',
    name: 'tiny',
    version: '1.0.0',
    accepts: ['image'],
    limits: { concurrency: 2 },
  };
  const report = await checkModel(await start(context, { manifest }));
  expect(report.passed).toBe(true);
  expect(report.results.filter(({ outcome }) => outcome !== 'passed')).toMatchObject([
    { name: 'huge', outcome: 'not_checked', came: expect.stringContaining('no limits.maxBytes') },
  ]);
});

test.concurrent('a sample of a type that the model does not accept, and one of no type, can not be used', async (context) => {
  const url = await start(context, {});
  const folder = await mkdtemp(join(tmpdir(), 'assay-check-'));
  context.onTestFinished(() => rm(folder, { recursive: true }));
  const [text, other] = [join(folder, 'a.txt'), join(folder, 'a.pdf')];
  await Promise.all([writeFile(text, 'A text.'), writeFile(other, '%PDF-1.7\n')]);
  await expect(checkModel(url, { sample: text })).rejects.toThrow('--sample is of type text; tiny accepts image');
  await expect(checkModel(url, { sample: other })).rejects.toThrow('allowed: an image, video, audio or text');
  await expect(checkModel(url, { sample: join(folder, 'no') })).rejects.toThrow("can't be read: ENOENT");
});

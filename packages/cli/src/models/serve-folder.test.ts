import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareTestEnvironment } from '@assay/python/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { checkout } from '../checkout.ts';
import { makeTestFolder } from '../testing.ts';
import { checkModel } from './check/check-model.ts';

// A virtual environment takes its time to make on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const folders = join(checkout.models, 'kit-python/test-folders');
const linked = join(checkout.models, 'kit-python');
const needs = (folder: string) => ({ linked, requirements: join(folders, folder, 'requirements.txt') });
const [image, video] = [
  await prepareTestEnvironment(needs('old-image')),
  await prepareTestEnvironment(needs('old-video')),
];
const sample = (name: string) => readFile(join(checkout.root, 'samples', name));

interface Command {
  child: ChildProcess;
  /** All that it wrote so far. */
  said(): string;
  ended: Promise<number | null>;
}

function serveFolder(args: string[], env: Record<string, string> = {}): Command {
  const child = spawn(process.execPath, [checkout.main, 'models', 'serve-folder', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      said += data;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return { child, said: () => said, ended };
}

async function serveUntil(status: string, folder: string) {
  const command = serveFolder([folder]);
  const patience = { timeout: 60_000, interval: 20 };
  const url = await vi.waitFor(() => {
    const [, address] = /listens on (http:\S+)\. /.exec(command.said()) ?? [];
    if (!address) throw new Error(`It does not listen: ${command.said()}`);
    return address;
  }, patience);
  const get = async (path: string) => (await (await fetch(`${url}${path}`)).json()) as Record<string, unknown>;
  await vi.waitFor(async () => expect((await get('/health')).status).toBe(status), patience);
  const predict = async (body: Uint8Array | string) => {
    const response = await fetch(`${url}/predict`, { method: 'POST', body: Buffer.from(body) });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  const findFaults = async () => (await checkModel(url)).results.filter(({ outcome }) => outcome !== 'passed');
  return { ...command, get, predict, findFaults };
}

/** A folder of the old system that needs what the image folder does. */
async function makeFolder(files: Record<string, string>): Promise<string> {
  const folder = await makeTestFolder();
  await copyFile(needs('old-image').requirements, join(folder, 'requirements.txt'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const model = 'def init(): pass\ndef predict(name): pass\n';

if ('lacking' in image) test.skip(`lacking ${image.lacking}: a folder of the old system with Pillow`);
else
  describe('a folder of the old system', () => {
    test('with an image model runs unchanged, and stops when it is told to', async () => {
      const { child, ended, findFaults, get, predict, said } = await serveUntil('ready', join(folders, 'old-image'));
      expect(await get('/model')).toMatchObject({
        name: 'image_size',
        version: expect.stringMatching(/^0\.0\.0\+[0-9a-f]{12}$/),
        accepts: ['image'],
        tags: ['fast', 'template'],
      });
      expect(await predict(await sample('astronaut.jpg'))).toEqual({
        status: 200,
        answer: {
          classes: ['width', 'height', 'format'],
          result: { width: 512, height: 512, format: 'JPEG' },
          annotations: [],
        },
      });
      const refused = await predict(await sample('report.txt'));
      expect(refused).toMatchObject({
        status: 422,
        answer: { error: { message: expect.stringContaining('UnidentifiedImageError: cannot identify image file') } },
      });
      expect(said()).toContain('warn: PIL.UnidentifiedImageError');
      expect(await findFaults()).toEqual([]);
      child.kill('SIGINT');
      expect(await ended).toBe(0);
    });

    test('that is at fault is not started, and the reason is said', async () => {
      const { ended, said } = serveFolder([
        await makeFolder({ 'config.py': "model_name = 'x'\nmodel_type = 'picture'\n", 'model.py': model }),
      ]);
      expect(await ended).toBe(2);
      expect(said()).toContain("model_type is 'picture'; allowed: image, video, audio, text\n");
    });

    test('whose requirements can not be had is not started, in the words of pip', async () => {
      const folder = await makeFolder({ 'config.py': '', 'model.py': model, 'requirements.txt': './missing.whl' });
      const { ended, said } = serveFolder([folder]);
      expect(await ended).toBe(2);
      expect(said()).toMatch(/The packages could not be installed:[\s\S]*missing\.whl/);
    });
  });

if ('lacking' in video) test.skip(`lacking ${video.lacking}: a folder of the old system with OpenCV`);
else
  test('a folder with a video model that opens /app/objects runs unchanged, or says what it lacks', async () => {
    const { findFaults, predict } = await serveUntil('ready', join(folders, 'old-video'));
    const { status, answer } = await predict(await sample('clip.mp4'));
    if (isWritable('/app/objects')) {
      expect(answer).toMatchObject({ result: { frames: 325, seconds: 13, width: 480 } });
      expect((await readdir('/app/objects')).filter((name) => name.startsWith('assay-video_length-'))).toEqual([]);
      expect(await findFaults()).toEqual([]);
    } else {
      expect([status, answer]).toEqual([500, { error: { message: expect.stringContaining('/app/objects') } }]);
    }
  });

describe('without a virtual environment', () => {
  test.each([
    [['/nowhere/at/all'], 'There is no folder /nowhere/at/all'],
    [[folders], 'it has neither config.py nor model.json'],
    [[join(folders, 'old-image'), '--port', '70000'], 'The port is 70000; it may be 0 (any free port) to 65535'],
  ])('%j is refused at once', async (args, message) => {
    const { ended, said } = serveFolder(args);
    expect(await ended).toBe(2);
    expect(said()).toContain(message);
  });

  test('a Python that is missing or too old is said', async () => {
    const empty = await makeTestFolder();
    const missing = serveFolder([join(folders, 'old-image')], { PATH: empty });
    expect(await missing.ended).toBe(2);
    expect(missing.said()).toBe('Python 3.10 or newer is needed: there is no python3 in PATH\n');

    const bin = join(empty, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'python3'), '#!/bin/sh\necho /usr/bin/python3\necho 3.9.2\n');
    await chmod(join(bin, 'python3'), 0o755);
    const old = serveFolder([join(folders, 'old-image')], { PATH: bin });
    expect(await old.ended).toBe(2);
    expect(old.said()).toBe('Python 3.10 or newer is needed: python3 is 3.9.2\n');
  });

  test('--help says what a folder holds', async () => {
    const { ended, said } = serveFolder(['--help']);
    expect(await ended).toBe(0);
    expect(said()).toMatch(/--port <n>[\s\S]*model_type[\s\S]*Examples:/);
  });
});

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

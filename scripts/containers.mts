// npm run containers:check: builds compose.yaml, runs it on this machine's Docker engine, and tries all that it promises.

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { AssayClient } from '@assay/cli';
import { findEngine } from './containers/docker.mts';
import { checkIsolation } from './containers/isolation.mts';
import {
  administrator,
  createAdministrator,
  listSamples,
  registerModel,
  waitForModels,
  waitForResults,
} from './containers/pipeline.mts';
import { killAndRecover, stopInOrder } from './containers/recovery.mts';
import { Report } from './containers/report.mts';
import { Stack } from './containers/stack.mts';

const help = `npm run containers:check -- [--keep | --down] [--help]

Builds the images of compose.yaml and runs all of it on this machine's Docker engine (DOCKER_HOST says which), as a
project of its own, beside whatever else runs there. Tried is: every sample goes through every model that takes it,
two unchanged folders of the old system among them; models have no rights, and reach nobody; a model and a worker that
are killed come back, and nothing is lost; all end in order when they are stopped. Then all of it is taken down.

  --keep   leave it running afterwards, and say where, and how to sign in
  --down   only take down what --keep, or a check that was killed, has left
  --help   print this

It takes a few minutes, about 4 GB of disk and 4 GB of memory; Ctrl-C takes down what is there, a second one leaves it.
Exit codes: 0 all passed, 1 something did not or there is no engine, 2 the command is not right, 130 interrupted.`;

const oldFolders: Record<string, string> = { old_image: 'image_size', old_video: 'video_length' };
const modelsFolder = fileURLToPath(new URL('../models', import.meta.url));

const takeDownLater = 'To take it down: npm run containers:check -- --down';

function readArguments(): { keep: boolean; down: boolean } | number {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({ options: { keep: flag, down: flag, help: flag } });
    if (!values.help) return values;
    console.log(help);
    return 0;
  } catch (error) {
    console.error(`${(error as Error).message}\n(npm run containers:check -- --help says what there is)`);
    return 2;
  }
}

const listBundledModels = async () =>
  (await readdir(modelsFolder)).filter((name) => existsSync(join(modelsFolder, name, 'model.json'))).sort();

/** All steps, in order; those that can go on after a failed one do. */
async function check(report: Report, stack: Stack, signal: AbortSignal): Promise<void> {
  const step: Report['step'] = (title, act) => {
    signal.throwIfAborted();
    return report.step(title, act);
  };
  const models = await listBundledModels();
  const services = await stack.listServices();

  const isBuilt = await step('build the images', async (say) => {
    await stack.compose(['--progress', 'plain', 'build'], say);
    return `${services.length - 1} images`;
  });
  if (!isBuilt) return;

  const isUp = await step('start everything', async (say) => {
    await stack.compose(['up', '--detach', '--wait', '--wait-timeout', '600'], say);
    return `${services.length} containers are healthy`;
  });
  if (!isUp) {
    console.log(await stack.compose(['logs', '--tail', '15']));
    return;
  }

  let client: AssayClient | undefined;
  await step('create the first account', async () => {
    client = await createAdministrator(stack, signal);
    return `with the link of the API's log, at ${stack.url}`;
  });
  if (!client) return;
  const known = client;

  await step('register the old folders', async () => {
    for (const service of Object.keys(oldFolders)) await registerModel(known, `http://${service}:8000`, signal);
    return Object.values(oldFolders).join(' and ');
  });

  const all = [...models, ...Object.values(oldFolders)];
  await step('run every model on every sample', async (say) => {
    await waitForModels(known, all, { say, signal });
    const files = await listSamples();
    const { objects } = await known.upload({ files, models });
    // Their Pillow, without a plugin, reads no HEIC.
    const readable = files.filter(({ fileName }) => !fileName.endsWith('.heic'));
    await known.upload({ files: readable, models: Object.values(oldFolders) });
    const hashes = objects.map(({ sha256 }) => sha256);
    const predicted = await waitForResults(known, hashes, { say, signal });
    const idle = all.filter((name) => !predicted.models.has(name));
    if (idle.length > 0) throw new Error(`No sample is for ${idle.join(', ')}`);
    return `${files.length} files, ${predicted.models.size} models, ${predicted.predictions} predictions succeeded`;
  });

  await step('see what models may do', (say) => checkIsolation(stack, [...models, ...Object.keys(oldFolders)], say));

  const texts = (await known.trpc.models.list.query({ type: 'text' })).map(({ name }) => name);
  for (const service of ['language', 'worker', 'api'])
    await step(`kill ${service}`, (say) => killAndRecover({ stack, client: known, say, signal }, service, texts));
}

async function main(): Promise<number> {
  const chosen = readArguments();
  if (typeof chosen === 'number') return chosen;
  const stop = new AbortController();
  let interruptions = 0;
  const interrupt = () => {
    interruptions += 1;
    if (interruptions === 1) {
      console.log('\nInterrupted.');
      stop.abort(new Error('interrupted'));
    } else {
      console.log(`Left as it is. ${takeDownLater}`);
      process.exit(130);
    }
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt);

  const report = new Report();
  const engine = await report.step('find a Docker engine', findEngine);
  if (!engine) return 1;

  const stack = await Stack.prepare(stop.signal);
  const takeDown = (title: string) =>
    report.step(title, async (say) => {
      await stack.takeDown(say);
      return 'no container, network, volume or image is left';
    });
  if (chosen.down || (await stack.isLeft())) await takeDown('take down what an earlier check left');
  if (chosen.down) return report.failed ? 1 : 0;
  try {
    await check(report, stack, stop.signal);
    if (!chosen.keep && !stop.signal.aborted)
      await report.step('stop everything', async () => stopInOrder(stack, await stack.listContainers()));
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    if (!chosen.keep || stop.signal.aborted) await takeDown('take it all down');
  }
  report.summarize();
  if (chosen.keep && !stop.signal.aborted) {
    const { username, password } = administrator;
    console.log(`It runs at ${stack.url}; sign in as ${username} with ${password}. ${takeDownLater}`);
  }
  if (stop.signal.aborted) return 130;
  return report.failed ? 1 : 0;
}

process.exitCode = await main();

import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startAssay } from '@assay/cli/testing';
import { startTestModel } from '@assay/worker/testing';

const run = promisify(execFile);

export interface IngestTarget {
  url: string;
  headers: Record<string, string>;
  /** Of the process that takes uploads. */
  pid: number;
  stop(): Promise<void>;
}

/**
 * All of Assay, with one model (`waiting`) that was there and went away: uploads are recorded and queued as always,
 * and no prediction takes part in what is measured.
 */
export async function startIdleAssay(): Promise<IngestTarget> {
  const model = await startTestModel(() => {}, { name: 'waiting', accepts: ['audio', 'video', 'image', 'text'] });
  const assay = await startAssay(undefined, { ASSAY_BUNDLED_MODELS: 'none', ASSAY_MODEL_URLS: model.url });
  const headers = await assay.signIn();
  while (!(await listModels(assay.url, headers)).includes('waiting')) await wait(100);
  await model.close();
  return { url: assay.url, headers, pid: await findApi(assay.pid), stop: () => assay.stop() };
}

async function listModels(url: string, headers: Record<string, string>): Promise<string[]> {
  const answer = await fetch(`${url}/model/list`, { headers });
  return ((await answer.json()) as { models: string[] }).models;
}

async function findApi(parent: number): Promise<number> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,args=']);
  const pid = stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, ppid, ...args]) => Number(ppid) === parent && args.at(-1) === 'api')?.[0];
  if (!pid) throw new Error(`assay serve (${parent}) has no API process`);
  return Number(pid);
}

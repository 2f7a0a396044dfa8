import { setTimeout as wait } from 'node:timers/promises';
import { startAssay } from '@assay/cli/testing';
import { startTestModel } from '@assay/worker/testing';
import { findPart } from '../many-objects.ts';

export interface IngestTarget {
  url: string;
  headers: Record<string, string>;
  /** Of the process that takes uploads. */
  pid: number;
  stop(): Promise<void>;
}

/**
 * All of Assay, with one model (`waiting`) that was there and went away: uploads are recorded and queued as always. The
 * worker is held still: the previews that it makes of what has come in would take part in what is measured next.
 */
export async function startIdleAssay(): Promise<IngestTarget> {
  const model = await startTestModel(() => {}, { name: 'waiting', accepts: ['audio', 'video', 'image', 'text'] });
  const assay = await startAssay(undefined, { ASSAY_BUNDLED_MODELS: 'none', ASSAY_MODEL_URLS: model.url });
  const headers = await assay.signIn();
  while (!(await listModels(assay.url, headers)).includes('waiting')) await wait(100);
  await model.close();
  const worker = await findPart(assay.pid, 'worker');
  process.kill(worker, 'SIGSTOP');
  const stop = async () => {
    process.kill(worker, 'SIGCONT');
    await assay.stop();
  };
  return { url: assay.url, headers, pid: await findPart(assay.pid, 'api'), stop };
}

async function listModels(url: string, headers: Record<string, string>): Promise<string[]> {
  const answer = await fetch(`${url}/model/list`, { headers });
  return ((await answer.json()) as { models: string[] }).models;
}

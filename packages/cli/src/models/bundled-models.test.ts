import { findFreePort } from '@assay/db';
import { test } from 'vitest';
import { findBundledModels } from '../bundled-models.ts';
import { checkout } from '../checkout.ts';
import { startChild } from '../child.ts';
import { modelChild } from '../children.ts';
import { checkModel } from './check/check-model.ts';

const ports = new Set<number>();

test.concurrent.for(findBundledModels(checkout.models))(
  '$name keeps to the protocol',
  { timeout: 120_000 },
  async (model, { expect, onTestFinished }) => {
    const port = await findFreePort(undefined, ports);
    ports.add(port);
    const said: string[] = [];
    const child = startChild(modelChild(model, port, process.env), (line) => said.push(line));
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await child.ended;
    });
    const url = `http://127.0.0.1:${port}`;
    const listens = () => fetch(`${url}/health`).then(({ status }) => status);
    await expect.poll(listens, { timeout: 30_000 }).toBe(200);

    const report = await checkModel(url);
    expect(
      report.results.filter(({ outcome }) => outcome !== 'passed'),
      said.join('\n'),
    ).toEqual([]);
  },
);

import { findFreePort } from '@assay/db';
import type { TestContext } from 'vitest';
import type { BundledModel } from '../../bundled-models.ts';
import { startChild } from '../../child.ts';
import { modelChild } from '../../children.ts';
import { checkModel } from './check-model.ts';

const ports = new Set<number>();

/** Starts the model as `assay serve` does, for as long as the test runs; it must pass every check. */
export async function expectToPass(model: BundledModel, { expect, onTestFinished }: TestContext): Promise<void> {
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
  const { results } = await checkModel(url);
  const faults = results.filter(({ outcome }) => outcome !== 'passed');
  expect(faults, said.join('\n')).toEqual([]);
}

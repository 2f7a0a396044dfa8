import type { TestContext } from 'vitest';
import type { ServedModel } from '../serve-model.ts';
import { checkModel } from './check-model.ts';

/** The model must pass every check; it is stopped when the test ends. */
export async function expectToPass({ url, said, stop }: ServedModel, { expect, onTestFinished }: TestContext) {
  onTestFinished(stop);
  const listens = () => fetch(`${url}/health`).then(({ status }) => status);
  await expect.poll(listens, { timeout: 30_000 }).toBe(200);
  const { results } = await checkModel(url);
  const faults = results.filter(({ outcome }) => outcome !== 'passed');
  expect(faults, said.join('\n')).toEqual([]);
}

import { type EnvironmentWish, prepareEnvironment } from './environment.ts';
import { PythonFault } from './find-python.ts';

/** Longer than any of the tests' packages need. */
const patienceMs = 300_000;

/**
 * A virtual environment for tests, or what this machine lacks for it, in one line: then a test is skipped under the name
 * `lacking ...`.
 */
export async function prepareTestEnvironment(wish: EnvironmentWish): Promise<{ python: string } | { lacking: string }> {
  const onMaking = () => process.stderr.write('Bringing packages of Python for the tests, from PyPI\n');
  const signal = AbortSignal.timeout(patienceMs);
  try {
    return { python: await prepareEnvironment({ onMaking, signal, ...wish }) };
  } catch (error) {
    if (signal.aborted) return { lacking: `packages of Python (they did not come within ${patienceMs / 1000} s)` };
    if (!(error instanceof PythonFault)) throw error;
    return { lacking: `packages of Python (${error.message.split('\n').at(-1)})` };
  }
}

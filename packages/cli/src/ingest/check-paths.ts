import { stat } from 'node:fs/promises';
import { UsageFault } from '../usage-fault.ts';

/** Throws a UsageFault when one of the paths is not there: a typing error is better told before hours of work. */
export async function checkPaths(paths: string[]): Promise<void> {
  const missing: string[] = [];
  for (const path of paths) await stat(path).catch((error) => error.code === 'ENOENT' && missing.push(path));
  if (missing.length > 0) throw new UsageFault(missing.map((path) => `${path} is not there`).join('\n'));
}

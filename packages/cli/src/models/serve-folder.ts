import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PythonFault } from '@assay/python';
import { listenForStop } from '../stop-signal.ts';
import { prepareFolder } from './prepare-folder.ts';

/** Serves a folder with a model in Python until SIGINT or SIGTERM; resolves with the exit code. */
export async function serveFolder(
  dir: string,
  options: { port?: string },
  env: Record<string, string | undefined>,
): Promise<number> {
  const port = options.port ?? (env.PORT || '0');
  const folder = resolve(dir);
  const fault = findFault(folder, port);
  if (fault) return refuse(fault);
  const kill = new AbortController();
  const stop = listenForStop(() => kill.abort());
  const python = await findPrepared(folder, stop);
  if (stop.aborted) return 0;
  if (!python) return 2;

  // The code that it needs takes a second to load, for which nobody should wait who gave a wrong path.
  const { runFolder } = await import('./run-folder.ts');
  return runFolder(python, { folder, port, env, stop, kill: kill.signal });
}

function findFault(folder: string, port: string): string | undefined {
  if (!/^\d+$/.test(port) || Number(port) > 65_535) return `The port is ${port}; it may be 0 (any free port) to 65535`;
  if (!existsSync(folder)) return `There is no folder ${folder}`;
  const has = (name: string) => existsSync(join(folder, name));
  if (has('model.json')) return has('predict.py') ? undefined : `${folder} has a model.json and no predict.py`;
  if (!has('config.py')) return `${folder} is no model: it has neither config.py nor model.json`;
  return has('model.py') ? undefined : `${folder} has a config.py and no model.py`;
}

/** The folder's environment; undefined when there is none, and the reason has been told, or after a stop. */
async function findPrepared(folder: string, stop: AbortSignal): Promise<string | undefined> {
  try {
    return await prepareFolder(folder, stop);
  } catch (error) {
    if (stop.aborted) return undefined;
    if (!(error instanceof PythonFault)) throw error;
    refuse(error.message);
    return undefined;
  }
}

function refuse(fault: string): number {
  console.error(fault);
  return 2;
}

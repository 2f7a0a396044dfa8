import { dieWithParent } from '@assay/db';
import { startChild } from '../child.ts';
import { openToOthers } from '../children.ts';
import { printLine } from './print-line.ts';

export interface FolderRun {
  folder: string;
  port: string;
  env: Record<string, string | undefined>;
  /** Aborted when the model has to end, and when it has to end at once. */
  stop: AbortSignal;
  kill: AbortSignal;
}

/** Runs the kit on a folder until it ends; resolves with the exit code of the command. */
export async function runFolder(python: string, { folder, port, env, stop, kill }: FolderRun): Promise<number> {
  const [command, args] = dieWithParent(python, ['-m', 'assay_kit', folder], 'KILL');
  const open = { ...openToOthers(env), HOST: '127.0.0.1', PORT: port };
  const spec = { name: 'model', command, args, env: open, stopSignal: 'SIGTERM', graceMs: 0 } as const;
  let listened = false;
  const child = startChild(spec, (line) => {
    listened ||= line.includes('"listening on ');
    printLine(line);
  });
  kill.addEventListener('abort', () => child.kill('SIGKILL'));
  stop.addEventListener('abort', () => child.kill('SIGTERM'));
  if (stop.aborted) child.kill('SIGTERM');
  const how = await child.ended;
  if (stop.aborted) return 0;
  console.error(listened ? `The model ended by itself: ${how}` : 'The model was not started.');
  return listened ? 1 : 2;
}

import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';

const rotateAt = 50 * 1024 ** 2;

export interface LogFile {
  path: string;
  /** What `serve` itself has to say. */
  log: Logger;
  /** A line that a child wrote, with the child's name; a JSON line keeps its own fields. */
  writeLine(child: string, line: string): void;
}

/** One file for everything, a JSON object a line. The file of before goes aside at the start when it has grown large. */
export function openLogFile(folder: string, level: string): LogFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'assay.log');
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > rotateAt) renameSync(path, `${path}.1`);
  // Written at once: what was said last before a kill -9 is what one wants to read.
  const destination = pino.destination({ dest: path, sync: true, mode: 0o600 });
  // A full disk must not take the house down with it.
  destination.on('error', () => {});
  const log = pino({ name: 'serve', level }, destination);
  return {
    path,
    log,
    writeLine(child, line) {
      const fields = parseObject(line);
      const entry = fields ? { child, ...fields } : { level: 30, time: Date.now(), child, msg: line };
      destination.write(`${JSON.stringify(entry)}\n`);
    },
  };
}

function parseObject(line: string): object | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as object;
  } catch {
    return undefined;
  }
}

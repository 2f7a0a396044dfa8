import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const oldest = { major: 3, minor: 10 };
const commands = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];

/** What keeps this machine from running Python code; the message is a sentence for whoever can change it. */
export class PythonFault extends Error {
  override name = 'PythonFault';
}

export interface Python {
  /** The path of the interpreter. */
  path: string;
  /** Such as 3.11.7. */
  version: string;
}

/** The first Python in PATH that is new enough. Throws PythonFault. */
export async function findPython(): Promise<Python> {
  const tooOld: string[] = [];
  for (const command of commands) {
    const python = await ask(command);
    if (!python) continue;
    if (isNewEnough(python.version)) return python;
    tooOld.push(`${command} is ${python.version}`);
  }
  const needed = `Python ${oldest.major}.${oldest.minor} or newer`;
  throw new PythonFault(
    tooOld.length ? `${needed} is needed: ${tooOld.join(', ')}` : `${needed} is needed: there is no python3 in PATH`,
  );
}

async function ask(command: string): Promise<Python | undefined> {
  const code = 'import platform, sys; print(sys.executable); print(platform.python_version())';
  try {
    const [path, version] = (await run(command, ['-c', code])).stdout.trim().split('\n');
    return path && version ? { path, version } : undefined;
  } catch {
    // Not there, or a stand-in that runs nothing: the next name may be better.
    return undefined;
  }
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}

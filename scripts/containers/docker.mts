// The machine's Docker engine, asked through its command line.
import { spawn } from 'node:child_process';

export interface DockerOptions {
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Hears each line as it comes. */
  onLine?: ((line: string) => void) | undefined;
  /** Ends the command as Ctrl-C does. */
  signal?: AbortSignal | undefined;
}

class DockerFault extends Error {
  override name = 'DockerFault';
}

/** What `docker ARGS` prints on stdout. Throws a DockerFault with its last words when it fails. */
export async function docker(args: string[], options: DockerOptions = {}): Promise<string> {
  options.signal?.throwIfAborted();
  const { code, stdout, lines } = await run(args, options);
  options.signal?.throwIfAborted();
  if (code === 0) return stdout.trim();
  throw new DockerFault([`docker ${args.join(' ')} failed (${code}):`, ...lines.slice(-15)].join('\n    '));
}

function run(args: string[], { env, cwd, onLine, signal }: DockerOptions) {
  return new Promise<{ code: number | string; stdout: string; lines: string[] }>((resolve, reject) => {
    // A group of its own: Ctrl-C is ours to hear, so that what was begun is taken down in order.
    const child = spawn('docker', args, {
      env: env ?? process.env,
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let rest = '';
    const lines: string[] = [];
    const read = (text: string) => {
      const parts = (rest + text).split(/[\r\n]+/);
      rest = parts.pop() ?? '';
      for (const line of parts.filter((part) => part.trim() !== '')) {
        lines.push(line);
        onLine?.(line);
      }
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      read(text);
    });
    child.stderr.setEncoding('utf8').on('data', read);
    const interrupt = () => child.kill('SIGINT');
    signal?.addEventListener('abort', interrupt, { once: true });
    child.once('error', reject);
    child.once('close', (code, killedBy) => {
      signal?.removeEventListener('abort', interrupt);
      read('\n');
      resolve({ code: code ?? killedBy ?? 1, stdout, lines });
    });
  });
}

const advice = 'See https://docs.docker.com/engine/install/, or set DOCKER_HOST to an engine that runs elsewhere.';

/** What engine there is, in a few words. Throws a DockerFault that says what is missing. */
export async function findEngine(): Promise<string> {
  const ask = (args: string[], missing: string) =>
    docker(args).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new DockerFault(`There is no docker command on this machine. ${advice}`);
      throw new DockerFault(`${missing}\n${error.message}`);
    });
  const engine = await ask(
    ['version', '--format', '{{.Server.Version}}'],
    `The docker command is here, but no Docker engine answers it. Start one, and see that you may use it. ${advice}`,
  );
  const compose = await ask(
    ['compose', 'version', '--short'],
    "Docker's compose plugin is missing. Debian: docker-compose; Docker's own packages: docker-compose-plugin.",
  );
  await ask(
    ['buildx', 'version'],
    "Docker's buildx plugin is missing. Debian: docker-buildx; Docker's own packages: docker-buildx-plugin.",
  );
  needVersion('Docker engine', engine, 25);
  needVersion('compose plugin', compose, 2, 24);
  return `Docker ${engine}, Compose ${compose}`;
}

function needVersion(what: string, version: string, major: number, minor = 0): void {
  const [hasMajor = 0, hasMinor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (hasMajor < major || (hasMajor === major && hasMinor < minor))
    throw new DockerFault(`The ${what} is ${version}; ${major}.${minor} or newer is needed.`);
}

// compose.yaml as a project of the check's own, beside whatever else runs on this engine.
import { randomBytes, randomInt } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { docker } from './docker.mts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const project = 'assay-check';
const files = ['compose.yaml', 'scripts/containers/old-folders.yaml'];

interface Inspected {
  State: { Status: string; ExitCode: number; StartedAt: string; Health?: { Status: string } };
  RestartCount: number;
  Config: { User: string };
  HostConfig: {
    ReadonlyRootfs: boolean;
    CapDrop: string[] | null;
    SecurityOpt: string[] | null;
    Memory: number;
    PidsLimit: number | null;
  };
  NetworkSettings: { Networks: Record<string, { IPAddress: string; Gateway: string }> };
}

export class Stack {
  readonly url: string;
  readonly #env: Record<string, string | undefined>;
  readonly #signal: AbortSignal;

  private constructor(port: number, signal: AbortSignal) {
    this.url = `http://127.0.0.1:${port}`;
    this.#signal = signal;
    // Nothing of the operator's own configuration, or of an .env file, has a say.
    const others = Object.entries(process.env).filter(
      ([name]) => !/^(ASSAY_|POSTGRES_|COMPOSE_|LOG_LEVEL$)/.test(name),
    );
    this.#env = {
      ...Object.fromEntries(others),
      POSTGRES_PASSWORD: randomBytes(24).toString('hex'),
      ASSAY_SECRET: randomBytes(32).toString('hex'),
      ASSAY_PORT: String(port),
      ASSAY_MODEL_NETWORK: `10.${randomInt(64, 128)}.${randomInt(256)}.0/24`,
    };
  }

  static async prepare(signal: AbortSignal): Promise<Stack> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return new Stack(port, signal);
  }

  /** `docker compose ARGS` of this project; what it prints. */
  compose(args: string[], onLine?: (line: string) => void): Promise<string> {
    return this.#compose(args, { onLine, signal: this.#signal });
  }

  /** Everything of this project: containers, networks, volumes, images. Also when the check has been interrupted. */
  async takeDown(onLine?: (line: string) => void): Promise<void> {
    await this.#compose(['down', '--volumes', '--rmi', 'local', '--remove-orphans', '--timeout', '5'], { onLine });
  }

  #compose(args: string[], options: { onLine?: ((line: string) => void) | undefined; signal?: AbortSignal }) {
    const named = files.flatMap((file) => ['--file', file]);
    const where = ['--project-name', project, '--project-directory', root, '--env-file', '/dev/null'];
    return docker(['compose', ...where, ...named, ...args], { ...options, env: this.#env, cwd: root });
  }

  /** Whether an earlier check has left containers behind. */
  async isLeft(): Promise<boolean> {
    return (await docker(['ps', '--all', '--quiet', '--filter', `label=com.docker.compose.project=${project}`])) !== '';
  }

  async inspect(service: string): Promise<Inspected> {
    const id = await this.compose(['ps', '--all', '--quiet', service]);
    const [inspected] = JSON.parse(await docker(['inspect', id], { signal: this.#signal })) as Inspected[];
    if (!inspected) throw new Error(`There is no container of ${service}`);
    return inspected;
  }

  async listServices(): Promise<string[]> {
    return (await this.compose(['config', '--services'])).split('\n').sort();
  }

  async listContainers(): Promise<string[]> {
    return (await this.compose(['ps', '--all', '--services'])).split('\n').sort();
  }

  /** What a shell script prints in the container of a service. */
  run(service: string, script: string): Promise<string> {
    return this.compose(['exec', '--no-TTY', service, 'bash', '-c', script]);
  }

  networkNamed(name: string): string {
    return `${project}_${name}`;
  }
}

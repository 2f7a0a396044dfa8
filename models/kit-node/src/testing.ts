import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MultipartReader, readBoundary } from '@assay/multipart';
import {
  type Answer,
  answerParts,
  type Derivation,
  derivationSchema,
  type Health,
  healthSchema,
  protocolHeaders,
} from '@assay/shared';

export interface ServerUnderTest {
  url: string;
  pid: number;
  /** Seconds from the start of the process until /health said `ready`. */
  startSeconds: number;
  health(): Promise<Health>;
  post(bytes: Uint8Array | string, headers?: Record<string, string>): Promise<Response>;
  /** The answer to bytes that have to be predicted; throws the refusal otherwise. */
  predict(bytes: Uint8Array | string): Promise<Answer>;
  /** The same with the objects that were made of them. */
  derive(bytes: Uint8Array | string): Promise<{ answer: Answer; objects: DerivedObject[] }>;
  /** Resolves with status and message of a refusal; throws when the bytes were predicted. */
  refusal(bytes: Uint8Array | string): Promise<{ status: number; message: string }>;
  /** Sends SIGTERM and resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface DerivedObject {
  bytes: Buffer;
  mime: string;
  derivation: Derivation;
}

/** How a model's server is started, in its folder. */
export interface ServerCommand {
  command: string;
  args: string[];
  env?: Record<string, string>;
}

const nodeServer: ServerCommand = { command: process.execPath, args: ['server.ts'] };

/** Starts a model folder's server as its own process, on a free port, and waits until it is ready. */
export async function startServer(folder: URL, command = nodeServer): Promise<ServerUnderTest> {
  const server = await launchServer(folder, command);
  for (let { status, detail } = await server.health(); status !== 'ready'; { status, detail } = await server.health()) {
    if (status === 'failed') throw new Error(`The model failed: ${detail}`);
    await wait(10);
  }
  return { ...server, startSeconds: (performance.now() - server.began) / 1000 };
}

/** The same, and waits only until it listens. */
export async function launchServer(folder: URL, { command, args, env }: ServerCommand) {
  const began = performance.now();
  const child = spawn(command, args, {
    cwd: fileURLToPath(folder),
    env: { ...process.env, ...env, PORT: '0', HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`The server ended with code ${code}`))),
  ]);
  const url: string = JSON.parse(line).url;

  const health = async () => healthSchema.parse(await (await fetch(`${url}/health`)).json());
  const post = (bytes: Uint8Array | string, headers: Record<string, string> = {}) =>
    fetch(`${url}/predict`, {
      method: 'POST',
      headers,
      body: typeof bytes === 'string' ? bytes : new Uint8Array(bytes),
    });
  const predict = async (bytes: Uint8Array | string) => {
    const response = await post(bytes);
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  const derive = async (bytes: Uint8Array | string) => {
    const response = await post(bytes);
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return readForm(response);
  };
  const refusal = async (bytes: Uint8Array | string) => {
    const response = await post(bytes);
    const body = (await response.json()) as { error: { message: string } };
    if (response.ok) throw new Error(`It was predicted: ${JSON.stringify(body)}`);
    return { status: response.status, message: body.error.message };
  };
  const stop = async () => {
    if (child.exitCode !== null) return child.exitCode;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    return (await exited)[0] as number | null;
  };
  return { url, pid: child.pid ?? 0, began, health, post, predict, derive, refusal, stop };
}

async function readForm(response: Response): Promise<{ answer: Answer; objects: DerivedObject[] }> {
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('multipart/')) return { answer: (await response.json()) as Answer, objects: [] };
  const parts: { name: string; headers: ReadonlyMap<string, string>; bytes: Buffer }[] = [];
  const reader = new MultipartReader({
    boundary: readBoundary(type),
    headerBytes: 16_384,
    openPart({ name, headers }) {
      const chunks: Buffer[] = [];
      return {
        write: (bytes) => void chunks.push(Buffer.from(bytes)),
        end: () => void parts.push({ name, headers, bytes: Buffer.concat(chunks) }),
      };
    },
  });
  await reader.write(Buffer.from(await response.arrayBuffer()));
  reader.end();
  const [head, ...rest] = parts;
  if (head?.name !== answerParts.prediction) throw new Error(`The first part is ${head?.name}`);
  const objects = rest.map(({ name, headers, bytes }) => {
    if (name !== answerParts.object) throw new Error(`There is a part ${name}`);
    const said: unknown = JSON.parse(headers.get(protocolHeaders.derivation) ?? '{}');
    return { bytes, mime: headers.get('content-type') ?? '', derivation: derivationSchema.parse(said) };
  });
  return { answer: JSON.parse(head.bytes.toString()) as Answer, objects };
}

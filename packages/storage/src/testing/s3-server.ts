import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { prepareTestEnvironment } from '@assay/python/testing';

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));

/** A real S3 server (moto's) that lives as long as the test file. */
export interface TestS3 {
  endpoint: string;
  /** Makes an empty bucket; gives the address of a store in it. */
  makeStoreUrl(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the server, or says what this machine lacks for it: then a test is skipped under the name `lacking ...`. Any credentials will do. */
export async function prepareTestS3(): Promise<{ start(): Promise<TestS3> } | { lacking: string }> {
  const prepared = await prepareTestEnvironment({ requirements });
  return 'lacking' in prepared ? prepared : { start: () => startMoto(prepared.python) };
}

async function startMoto(python: string): Promise<TestS3> {
  // Its port is its own choice, told in the first lines of its log.
  const moto = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(moto, 'exit');
  const said: string[] = [];
  const endpoint = await new Promise<string>((resolve, reject) => {
    createInterface(moto.stderr).on('line', (line) => {
      said.push(line);
      const [, address] = line.match(/Running on (http:\S+)/) ?? [];
      if (address) resolve(address);
      if (said.length > 100) said.shift();
    });
    ended.then(([code]) => reject(new Error(`moto ended with ${code}:\n${said.join('\n')}`)), reject);
  });
  return {
    endpoint,
    async makeStoreUrl() {
      const bucket = `test-${randomUUID()}`;
      const answer = await fetch(`${endpoint}/${bucket}`, { method: 'PUT' });
      if (!answer.ok) throw new Error(`moto made no bucket: ${await answer.text()}`);
      return `s3://${bucket}/objects?endpoint=${endpoint}`;
    },
    async stop() {
      moto.kill('SIGTERM');
      await ended;
    },
  };
}

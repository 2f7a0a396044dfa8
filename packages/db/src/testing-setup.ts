import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from './embedded.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The administrator's address of a PostgreSQL that lives as long as the test run. */
    postgresUrl: string;
  }
}

/** One PostgreSQL for the whole test run: real, empty, without fsync, removed at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-test-postgres-'));
  await chmod(dataDir, 0o711);
  const server = await startEmbeddedPostgres({ dataDir, fsync: false });
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

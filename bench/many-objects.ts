import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startAssay } from '@assay/cli/testing';
import { startEmbeddedPostgres } from '@assay/db';
import { seedDatabase } from './search/seed.ts';

const run = promisify(execFile);
const administrator = { username: 'admin', password: 'a long enough password' };

/** All of Assay on a database with so many objects, all of which its administrator may see; they have no bytes. */
export async function startWithObjects(objects: number, tell: (what: string) => void) {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-objects-'));
  // The database runs as a user of its own, who has to pass through.
  await chmod(folder, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  const stopAll = async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const env = { ASSAY_BUNDLED_MODELS: 'none', DATABASE_URL: postgres.url };
    // Its first account is there before those of the seed.
    const assay = await startAssay(administrator, env);
    tell(`seeding ${objects} objects`);
    await seedDatabase(postgres.url, objects, () => {});
    return {
      url: assay.url,
      administrator,
      signIn: () => assay.signIn(),
      apiPid: await findPart(assay.pid, 'api'),
      stop: async () => {
        await assay.stop();
        await stopAll();
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** The process of `assay serve` that answers requests, or the one that makes predictions and previews. */
export async function findPart(parent: number, part: 'api' | 'worker'): Promise<number> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,args=']);
  const pid = stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, ppid, ...args]) => Number(ppid) === parent && args.at(-1) === part)?.[0];
  if (!pid) throw new Error(`assay serve (${parent}) has no process ${part}`);
  return Number(pid);
}

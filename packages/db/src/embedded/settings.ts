import { totalmem } from 'node:os';

const mebibyte = 2 ** 20;

/** What the server is told of the machine that it shares with all of Assay. Its own defaults are for one of twenty years ago. */
export function listSettings(): Record<string, string | number> {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / mebibyte;
  // Nothing of it is taken before there is something to be kept there.
  const buffers = Math.round(Math.min(1024, Math.max(128, memory / 8)));
  return {
    shared_buffers: `${buffers}MB`,
    effective_cache_size: `${Math.round(memory / 2)}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    // After a checkpoint every page that is touched is written whole to the log once more.
    checkpoint_timeout: '15min',
    max_wal_size: '2GB',
    // Reads in any order cost about as much as in a row, on the disks of today.
    random_page_cost: 1.1,
  };
}

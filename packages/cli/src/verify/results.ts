import { type Db, digestOf, type EndedRow, listEnded, listUnsealedResults, type SealedRecord } from '@assay/db';
import { z } from 'zod';
import type { Report } from './finding.ts';

const digestsSchema = z.record(z.string(), z.string()).default({});
const detailsSchema = z.object({ succeeded: digestsSchema, failed: digestsSchema });

/** Holds the predictions that a record of results tells of against what they are now. Gives how many were looked at. */
export async function checkResults(db: Db, record: SealedRecord, report: Report): Promise<number> {
  const { succeeded, failed } = detailsSchema.parse(JSON.parse(record.details ?? '{}'));
  const ids = [...Object.keys(succeeded), ...Object.keys(failed)];
  const rows = await listEnded(db, ids);
  const say = (id: string, message: string) => report({ kind: 'result', name: `prediction ${id}`, message });
  for (const id of ids) {
    const row = rows.get(id);
    if (!row) say(id, `is gone; it ended before ${record.at}`);
    else if (id in succeeded) {
      if (row.recordId !== record.id || digest(row) !== succeeded[id])
        say(id, `was altered since it succeeded, before ${record.at} (${row.model}, object ${row.sha256})`);
      // One that failed may have been tried again; what came of that, another record tells.
    } else if (row.recordId === record.id && row.state === 'failed' && digest(row) !== failed[id])
      say(id, `was altered since it failed, before ${record.at} (${row.model}, object ${row.sha256})`);
  }
  return ids.length;
}

const digest = (row: EndedRow) => digestOf({ ...row, state: row.state === 'succeeded' ? 'succeeded' : 'failed' });

const mostNamed = 1_000;

/** Names results that no record tells of. Gives how many there are from before there was an audit trail. */
export async function checkUnsealed(db: Db, report: Report): Promise<number> {
  const unsealed = await listUnsealedResults(db, mostNamed);
  for (const { id, beforeTrail } of unsealed)
    if (!beforeTrail)
      report({ kind: 'result', name: `prediction ${id}`, message: 'has a result that no record tells of' });
  return unsealed.filter(({ beforeTrail }) => beforeTrail).length;
}

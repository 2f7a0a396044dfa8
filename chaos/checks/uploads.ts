import { hash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeUnreferenced } from '@assay/db';
import { objectHashSchema } from '@assay/shared';
import { openStore, sweepIncoming, sweepObjects } from '@assay/storage';
import { sql } from 'drizzle-orm';
import type { Evidence, Violation } from './violation.ts';

/** What was answered 202 is there whole, what was refused left nothing, and the rest is there whole or not at all. */
export async function checkUploads({ db, sent }: Evidence): Promise<Violation[]> {
  const uploads = await db.execute<{ run: string; sha256: string }>(sql`
    select r.id as run, encode(o.sha256, 'hex') as sha256 from runs r left join uploads u on u.run_id = r.id
      left join objects o on o.id = u.object_id order by u.position`);
  const byRun = Map.groupBy(uploads, ({ run }) => run);
  const pairs = await db.execute<{ run: string; n: number }>(
    sql`select run_id as run, count(*)::int as n from run_predictions group by run_id`,
  );
  const pairsOf = new Map(pairs.map(({ run, n }) => [run, n]));
  const found: Violation[] = [];
  const wanted = new Set<string>();
  for (const each of sent) {
    const { run, files, models, outcome } = each;
    const there = byRun.get(run) ?? [];
    const tell = (name: string, detail: string) =>
      found.push({ name, detail: `run ${run} (${each.status}): ${detail}` });
    if (each.wrongAnswer) tell('wrong-answer', each.wrongAnswer);
    if (each.isFaulty && outcome === 'accepted') tell('accepted-against-the-rules', '');
    if (!each.isFaulty && outcome === 'refused') tell('refused-against-the-rules', each.refusal ?? '');
    const isWhole =
      there.map(({ sha256 }) => sha256).join() === files.map(({ sha256 }) => sha256).join() &&
      pairsOf.get(run) === new Set(files.map(({ sha256 }) => sha256)).size * models.length;
    if (outcome === 'accepted' && !isWhole) tell('upload-lost', `${there.length} of ${files.length} files`);
    if (outcome === 'refused' && there.length > 0) tell('refused-and-kept', `${there.length} files`);
    if (outcome === 'unknown' && there.length > 0 && !isWhole)
      tell('upload-halved', `${there.length} of ${files.length}`);
    if (there.length > 0) for (const { sha256 } of files) wanted.add(sha256);
  }
  const objects = await db.execute<{ sha256: string }>(sql`select encode(sha256, 'hex') as sha256 from objects`);
  for (const { sha256 } of objects)
    if (!wanted.has(sha256)) found.push({ name: 'object-of-no-upload', detail: sha256 });
  return found;
}

/** Bytes are there for each row and are what they were; nothing lies about that a sweep does not remove. */
export async function checkStore({ db, storageUrl, events }: Evidence): Promise<Violation[]> {
  const store = await openStore(storageUrl);
  const found: Violation[] = [];
  try {
    // Who was killed could not tidy up; who lives has to.
    const deaths = events.filter(({ what, part }) => what !== 'start' && (part === 'api' || part.startsWith('worker')));
    const lastKill = Math.max(0, ...deaths.map(({ at }) => at));
    for (const name of await listFiles(store.incoming)) {
      const { mtimeMs } = await stat(join(store.incoming, name));
      if (mtimeMs > lastKill) found.push({ name: 'temp-file-left', detail: name });
    }
    await sweepIncoming(store.incoming, new Date(Date.now() + 1_000));
    const never = new AbortController().signal;
    const now = new Date(Date.now() + 1_000);
    await sweepObjects(store, now, (candidates, remove) => removeUnreferenced(db, candidates, remove), never);
    for (const name of await listFiles(store.incoming)) found.push({ name: 'temp-file-not-swept', detail: name });
    const rows = await db.execute<{ sha256: string }>(sql`select encode(sha256, 'hex') as sha256 from objects`);
    const named = new Set(rows.map(({ sha256 }) => sha256));
    for await (const { sha256 } of store.list())
      if (!named.has(sha256)) found.push({ name: 'bytes-of-no-object', detail: sha256 });
    for (const sha256 of named) {
      const bytes = await store.readWhole(objectHashSchema.parse(sha256)).catch(() => undefined);
      if (!bytes) found.push({ name: 'object-without-bytes', detail: sha256 });
      else if (hash('sha256', bytes) !== sha256) found.push({ name: 'bytes-changed', detail: sha256 });
    }
    return found;
  } finally {
    await store.close();
  }
}

const listFiles = async (folder: string) =>
  (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);

import { type Asker, listObjectsByHashes, listPredictionsOf, listUploadsOf } from '@assay/db';
import { anyHashSchema, isFinal, type ObjectResults } from '@assay/shared';
import type { App } from '../app.ts';

/**
 * What is known of each hash, in the order asked; MD5, SHA-1 and SHA-256 mixed. A hash that is
 * unknown, hidden from the asker, or none, is an entry that says so.
 */
export async function getObjectResults(app: App, asker: Asker, asked: string[]): Promise<ObjectResults[]> {
  const hashes = asked.map((hash) => anyHashSchema.safeParse(hash).data);
  const wanted = [...new Set(hashes.filter((hash) => hash !== undefined))];
  const rows = wanted.length > 0 ? await listObjectsByHashes(app.db, asker, wanted) : [];
  const ids = rows.map(({ id }) => id);
  const [uploads, predictions] =
    ids.length > 0
      ? await Promise.all([listUploadsOf(app.db, ids), listPredictionsOf(app.db, ids)])
      : [[], new Map<number, never[]>()];
  const uploadsOf = Map.groupBy(uploads, ({ objectId }) => objectId);

  // Rows come oldest first, and the oldest of those that share an MD5 answers for it.
  const byHash = new Map<string, (typeof rows)[number]>();
  for (const row of rows.reverse()) for (const hash of [row.md5, row.sha1, row.sha256]) byHash.set(hash, row);

  return asked.map((hash, i) => {
    const known = hashes[i];
    if (known === undefined) return { hash, found: false, detail: 'This is no MD5, SHA-1 or SHA-256 in hexadecimal' };
    const row = byHash.get(known);
    if (!row) return { hash, found: false, detail: 'No object with this hash is known' };
    const { id, storedAt, ...facts } = row;
    const own = predictions.get(id) ?? [];
    const acts = uploadsOf.get(id) ?? [];
    return {
      hash,
      found: true,
      ...facts,
      fileNames: [...new Set(acts.map(({ fileName }) => fileName))],
      uploadedBy: [...new Set(acts.map(({ uploadedBy }) => uploadedBy ?? 'unknown'))],
      uploadedAt: (acts[0]?.uploadedAt ?? storedAt).toISOString(),
      done: own.every(({ state }) => isFinal(state)),
      predictions: own,
    };
  });
}

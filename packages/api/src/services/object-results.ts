import { listCasesOf, listDeletions, listObjectsByHashes, listPredictionsOf, listUploadsOf } from '@assay/db';
import { anyHashSchema, isFinal, type ObjectResults } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { listDerivedHits } from './derived-hits.ts';

type Unknown = Extract<ObjectResults, { found: false }>;
/** Without what was derived from it. */
export type FoundObject = Omit<Extract<ObjectResults, { found: true }>, 'derived'>;

/** What is known of each hash, as `listObjectResults`, and what models found in what was derived from it. */
export async function getObjectResults(app: App, asker: SignedIn, asked: string[]): Promise<ObjectResults[]> {
  const known = await findObjects(app, asker, asked);
  const [entries, derivedOf] = await Promise.all([
    describeObjects(app, asker, asked, known),
    listDerivedHits(
      app,
      asker,
      known.rows.map(({ sha256 }) => sha256),
    ),
  ]);
  return entries.map((entry) => (entry.found ? { ...entry, derived: derivedOf(entry.sha256) } : entry));
}

/**
 * What is known of each hash, in the order asked; MD5, SHA-1 and SHA-256 mixed. A hash that is
 * unknown, hidden from the asker, or none, is an entry that says so.
 */
export async function listObjectResults(
  app: App,
  asker: SignedIn,
  asked: string[],
): Promise<(FoundObject | Unknown)[]> {
  return describeObjects(app, asker, asked, await findObjects(app, asker, asked));
}

/** `hashes`: as they were asked, undefined for what is none. `rows`: the objects they name. */
interface Known {
  hashes: (string | undefined)[];
  rows: Awaited<ReturnType<typeof listObjectsByHashes>>;
}

async function findObjects(app: App, asker: SignedIn, asked: string[]): Promise<Known> {
  const hashes = asked.map((hash) => anyHashSchema.safeParse(hash).data);
  const wanted = [...new Set(hashes.filter((hash) => hash !== undefined))];
  return { hashes, rows: wanted.length > 0 ? await listObjectsByHashes(app.db, asker, wanted) : [] };
}

async function describeObjects(
  app: App,
  asker: SignedIn,
  asked: string[],
  { hashes, rows }: Known,
): Promise<(FoundObject | Unknown)[]> {
  const ids = rows.map(({ id }) => id);
  const [uploads, predictions, casesOf, deletions] =
    ids.length > 0
      ? await Promise.all([
          listUploadsOf(app.db, asker, ids),
          listPredictionsOf(app.db, asker, ids),
          listCasesOf(app.db, asker, ids),
          listDeletions(app.db, asker, ids),
          // On the trail before anybody has it.
          app.views.record(
            asker,
            'view',
            rows.map(({ sha256 }) => sha256),
          ),
        ])
      : [[], new Map<number, never[]>(), new Map<number, never[]>(), new Map<number, never>()];
  const uploadsOf = Map.groupBy(uploads, ({ objectId }) => objectId);
  const placeOf = new Map([...uploadsOf.keys()].map((id, place) => [id, place]));
  const byFirstUpload = rows.toSorted(
    (a, b) =>
      (placeOf.get(a.id) ?? uploadsOf.size) - (placeOf.get(b.id) ?? uploadsOf.size) || (a.sha256 < b.sha256 ? -1 : 1),
  );

  const byHash = Map.groupBy(
    byFirstUpload.flatMap((row) => [row.md5, row.sha1, row.sha256].map((hash) => ({ hash, row }))),
    ({ hash }) => hash,
  );

  return asked.map((hash, i) => {
    const known = hashes[i];
    if (known === undefined) return { hash, found: false, detail: 'This is no MD5, SHA-1 or SHA-256 in hexadecimal' };
    // Of those that share an MD5, the first answers.
    const sharing = byHash.get(known)?.map(({ row }) => row) ?? [];
    const [row] = sharing;
    if (!row) return { hash, found: false, detail: 'No object with this hash is known' };
    // Whether its bytes are needed in no case is nothing that those of one may know.
    const { id, storedAt: _stored, releasedAt: _released, ...facts } = row;
    const deletion = deletions.get(id);
    const own = predictions.get(id) ?? [];
    const acts = uploadsOf.get(id) ?? [];
    const cases = casesOf.get(id) ?? [];
    const falseNames = listFalseNames(acts, facts.mime);
    return {
      hash,
      found: true,
      ...(sharing.length > 1 && { ambiguous: sharing.map(({ sha256 }) => sha256) }),
      ...facts,
      fileNames: [...new Set(acts.map(({ fileName }) => fileName))],
      falseNames,
      mismatch: falseNames[0]?.mismatch ?? null,
      uploadedBy: [...new Set(acts.map(({ uploadedBy }) => uploadedBy ?? 'unknown'))],
      // Of what was derived: when it came into the asker's cases.
      uploadedAt: new Date(acts[0]?.uploadedAt ?? cases[0]?.addedAt ?? 0).toISOString(),
      deletion: deletion ? { ...deletion, at: deletion.at.toISOString() } : null,
      cases: cases.map(({ id, name }) => ({ id, name })),
      done: own.every(({ state }) => isFinal(state)),
      predictions: own,
    };
  });
}

function listFalseNames(acts: { fileName: string; falseExtension: string | null }[], mime: string) {
  const extensions = new Map(acts.map(({ fileName, falseExtension }) => [fileName, falseExtension]));
  return [...extensions].flatMap(([fileName, extension]) =>
    extension === null ? [] : [{ fileName, mismatch: { extension, mime } }],
  );
}

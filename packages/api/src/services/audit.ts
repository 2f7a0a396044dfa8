import {
  type AuditRecord,
  type ChainLink,
  countUnsealed,
  findChainEnd,
  findRecord,
  hashRecord,
  listRecords,
  noHash,
  type PlacedRecord,
  readChain,
  recordActs,
} from '@assay/db';
import { AppError, type AuditFilter, type AuditFormat } from '@assay/shared';
import { z } from 'zod';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';

export interface TrailPage {
  records: AuditRecord[];
  /** The cursor of the next page; null: this is the last. */
  next: string | null;
}

/** A page of the records that are wanted, the newest first. That they were looked at is put down too. */
export async function viewTrail(
  app: App,
  user: SignedIn,
  { filter, limit, cursor }: { filter: AuditFilter; limit: number; cursor?: string | undefined },
): Promise<TrailPage> {
  const before = cursor === undefined ? undefined : readCursor(cursor);
  await app.views.record(user, 'view_trail', [describe(filter)], 'trail');
  const rows = await listRecords(app.db, { filter, before, limit: limit + 1 });
  const records = rows.slice(0, limit);
  const last = records.at(-1);
  return { records, next: rows.length > limit && last ? writeCursor(last) : null };
}

export interface OpenedRecord extends PlacedRecord {
  /** Whether its hash is that of what it says and of the hash before; null: it has no place yet. */
  fits: boolean | null;
}

/** All of a record. Throws `not_found`. */
export async function openRecord(app: App, user: SignedIn, id: string): Promise<OpenedRecord> {
  const record = await findRecord(app.db, id);
  if (!record) throw new AppError('not_found', `There is no record ${id} on the trail`);
  await app.views.record(user, 'view_trail', [`record ${id}`], 'trail');
  return { ...record, fits: isFitting(record) };
}

function isFitting({ seal, ...record }: PlacedRecord): boolean | null {
  if (!seal) return null;
  const before = seal.place === 1 ? noHash : seal.hashBefore;
  return before !== null && hashRecord(before, seal.place, seal.form, record) === seal.hash;
}

// What is sealed within a second, and has waited for this long, is not being sealed.
const sealedWithin = 60;

/** How far the trail is sealed and signed, and whether it is being sealed at all. */
export async function getChainState({ db }: Pick<App, 'db'>) {
  const [end, late] = await Promise.all([findChainEnd(db), countUnsealed(db, sealedWithin)]);
  return { ...end, /** Records that wait for a place for longer than they should. */ late };
}

/**
 * What is wanted of the chain as it is now, in its order, a page after the other. That it goes out is put down before. A
 * record of the last second may have no place yet, and is not among them.
 */
export async function exportTrail(
  app: App,
  by: SignedIn,
  { filter, format }: { filter: AuditFilter; format: AuditFormat },
): Promise<AsyncGenerator<ChainLink[]>> {
  const { last } = await findChainEnd(app.db);
  const subject = { kind: 'trail' as const, id: describe(filter) };
  await recordActs(app.db, [
    { by, act: 'export_trail', subject, details: { format, filter, until: last?.place ?? 0 } },
  ]);
  return readChain(app.db, { filter, until: last?.place ?? 0 });
}

/** What a record says was looked at. */
const describe = (filter: AuditFilter): string => {
  const named = Object.entries(filter).filter(([, value]) => value !== undefined);
  return named.length > 0 ? named.map(([name, value]) => `${name}: ${value}`).join(', ') : 'all';
};

const writeCursor = ({ at, id }: AuditRecord): string => Buffer.from(JSON.stringify([at, id])).toString('base64url');

const placeSchema = z.tuple([z.iso.datetime({ precision: 6 }), z.string().regex(/^\d{1,18}$/)]);

function readCursor(cursor: string) {
  try {
    const [at, id] = placeSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { at, id };
  } catch (error) {
    const message = 'This cursor is none that the trail gave';
    const details = [{ code: 'invalid_request' as const, message, field: 'cursor' }];
    throw new AppError('invalid_request', message, { cause: error, details });
  }
}

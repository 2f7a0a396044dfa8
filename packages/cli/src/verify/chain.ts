import { type ChainLink, hashRecord, noHash, type SealedRecord } from '@assay/db';
import type { Report } from './finding.ts';

/** Walks the chain, link by link in its order, and names the records that are not as they were. */
export class ChainWalk {
  place = 0;
  hash = noHash;
  /** Of places that somebody asked for. */
  readonly hashes = new Map<number, string>();
  readonly #report: Report;
  readonly #wanted: ReadonlySet<number>;

  constructor(report: Report, wanted: Iterable<number>) {
    this.#report = report;
    this.#wanted = new Set(wanted);
  }

  /** The record, when it is as it was sealed. */
  add(link: ChainLink): SealedRecord | undefined {
    const { place, hash } = link;
    const follows = place === this.place + 1;
    if (!follows) this.#reportGap(this.place + 1, place - 1);
    const sound = this.#check(link, follows);
    this.place = place;
    this.hash = hash;
    if (this.#wanted.has(place)) this.hashes.set(place, hash);
    return sound;
  }

  #check(link: ChainLink, follows: boolean): SealedRecord | undefined {
    const name = `record ${link.id}`;
    if (link.act === null) {
      this.#report({ kind: 'record', name, message: `is gone; it had place ${link.place} in the chain` });
      return undefined;
    }
    // Where the hash before is gone, what it was can't be told.
    if (!follows) return link;
    const expected = hashRecord(this.hash, link.place, link.form, link);
    if (expected === link.hash) return link;
    const message = expected
      ? `was altered (${link.act} of ${link.username ?? 'nobody'} at ${link.at}, place ${link.place}): its hash is another`
      : `is sealed in form ${link.form}, which this version of Assay does not know`;
    this.#report({ kind: 'record', name, message });
    return undefined;
  }

  #reportGap(from: number, to: number): void {
    const name = from >= to ? `place ${from}` : `places ${from} to ${to}`;
    this.#report({ kind: 'record', name, message: 'of the chain: gone, with what was there' });
  }
}

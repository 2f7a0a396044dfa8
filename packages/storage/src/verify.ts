import { createHash, hash } from 'node:crypto';
import { Transform } from 'node:stream';
import type { ObjectHash } from '@assay/shared';

/** The bytes in the store are not those that came in. */
export class CorruptObject extends Error {
  override name = 'CorruptObject';
}

/** Throws CorruptObject when these are not the object's bytes. */
export function checkHash(sha256: ObjectHash, bytes: Buffer): void {
  refuseOther(sha256, hash('sha256', bytes));
}

function refuseOther(sha256: ObjectHash, found: string): void {
  if (found !== sha256) throw new CorruptObject(`The stored bytes of ${sha256} hash to ${found}`);
}

/** Passes bytes on unchanged and fails at their end when they are not the object's. */
export function verifyHash(sha256: ObjectHash): Transform {
  const summing = createHash('sha256');
  return new Transform({
    transform(chunk: Buffer, _, done) {
      summing.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      try {
        refuseOther(sha256, summing.digest('hex'));
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import type { ObjectHash } from '@assay/shared';

/** The bytes in the store are not those that came in. */
export class CorruptObject extends Error {
  override name = 'CorruptObject';
}

/** Passes bytes on unchanged and fails at their end when they are not the object's. */
export function verifyHash(sha256: ObjectHash): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      const found = hash.digest('hex');
      done(found === sha256 ? null : new CorruptObject(`The stored bytes of ${sha256} hash to ${found}`));
    },
  });
}

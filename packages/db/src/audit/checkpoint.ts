import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What the chain was at a moment, signed with Ed25519. Kept elsewhere, it tells whether the chain was made anew since. */
export interface Checkpoint {
  place: number;
  /** Of the chain at that place; hex. */
  hash: string;
  /** ISO 8601. */
  at: string;
  /** The 32 bytes of it, base64. */
  publicKey: string;
  /** Of the bytes that `bytesOf` writes, base64. */
  signature: string;
}

export interface CheckpointKey {
  privateKey: KeyObject;
  publicKey: string;
}

const bytesOf = ({ place, hash, at }: Pick<Checkpoint, 'place' | 'hash' | 'at'>): Buffer =>
  Buffer.from(JSON.stringify(['assay-checkpoint/1', String(place), hash, at]));

export function signCheckpoint(key: CheckpointKey, what: Pick<Checkpoint, 'place' | 'hash' | 'at'>): Checkpoint {
  const { place, hash, at } = what;
  const signature = sign(null, bytesOf(what), key.privateKey).toString('base64');
  return { place, hash, at, publicKey: key.publicKey, signature };
}

/** Whether the key that it names has signed it. */
export function isSigned(checkpoint: Checkpoint): boolean {
  try {
    const x = Buffer.from(checkpoint.publicKey, 'base64').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, bytesOf(checkpoint), key, Buffer.from(checkpoint.signature, 'base64'));
  } catch {
    return false; // no key at all
  }
}

/** Of a PEM text (PKCS #8). Throws when it is none of an Ed25519 key. */
export function readCheckpointKey(pem: string): CheckpointKey {
  const privateKey = createPrivateKey(pem);
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('The key is not an Ed25519 key');
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { privateKey, publicKey: Buffer.from(x, 'base64url').toString('base64') };
}

/** The key kept in `file` (mode 0600); made when there is none. Two makers at once get the same. */
export async function readOrMakeCheckpointKey(file: string): Promise<CheckpointKey> {
  const kept = await readKept(file);
  if (kept) return kept;
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  await mkdir(dirname(file), { recursive: true });
  const temp = `${file}.${process.pid}.tmp`;
  await writeFile(temp, pem, { mode: 0o600, flush: true });
  await link(temp, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(temp);
  return readCheckpointKey(await readFile(file, 'utf8'));
}

async function readKept(file: string): Promise<CheckpointKey | undefined> {
  try {
    return readCheckpointKey(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

import { createHmac } from 'node:crypto';

const readHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** The first published MD5 collision: X. Wang, D. Feng, X. Lai, H. Yu, https://eprint.iacr.org/2004/199, in the byte order of files. */
const block = readHex(
  'd131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f89' +
    '55ad340609f4b30283e488832571415a085125e8f7cdc99fd91dbdf280373c5b' +
    'd8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0' +
    'e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70',
);
/** Where the highest bit differs in the other block. */
const differing = [19, 45, 59, 83, 109, 123];

/**
 * Two different files with one MD5: a colliding block each, and eight silent frames of MP3 behind it, which make both
 * a sound. What follows a colliding block may be anything, so long as both have the same: another `tail`, another pair.
 */
export function makeColliding(tail = ''): [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>] {
  const other = block.map((byte, at) => (differing.includes(at) ? byte ^ 0x80 : byte));
  const frame = [0xff, 0xfb, 0x10, 0xc4, ...Array.from({ length: 100 }, () => 0)];
  const behind = [...Array.from({ length: 8 }, () => frame).flat(), ...new TextEncoder().encode(tail)];
  return [Uint8Array.of(...block, ...behind), Uint8Array.of(...other, ...behind)];
}

/** What an authenticator app shows now for the secret of an otpauth address (RFC 6238). */
export function showCode(uri: string): string {
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

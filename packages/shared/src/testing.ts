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

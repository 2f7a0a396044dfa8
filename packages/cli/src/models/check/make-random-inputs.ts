import type { Sample } from './sample.ts';

export interface RandomInput {
  fileName: string;
  bytes: Buffer;
  /** How it was made. */
  is: string;
}

const maxBytes = 64 * 1024;

/**
 * Objects that are the same for the same sample: noise, and the sample with noise in it. Of a text, every second one is
 * UTF-8, as texts of the pipeline are.
 */
export function makeRandomInputs({ bytes: sample, mediaType }: Sample, count: number): RandomInput[] {
  const random = startRandom(1);
  const below = (n: number) => Math.floor(random() * n);
  const noise = (length: number) => Buffer.from(Array.from({ length }, () => below(256)));
  const start = sample.subarray(0, maxBytes);

  const makers: (() => [string, Buffer])[] = [
    () => ['noise', noise(1 + below(4096))],
    () => {
      const bytes = Buffer.from(start);
      const changes = 1 + below(16);
      for (let i = 0; i < changes; i += 1) bytes[below(bytes.length)] = below(256);
      return [`the sample with up to ${changes} bytes changed`, bytes];
    },
    () => {
      const at = below(start.length);
      return [
        'the sample with noise put into it',
        Buffer.concat([start.subarray(0, at), noise(64), start.subarray(at)]),
      ];
    },
    () => ['the first 32 bytes of the sample, then noise', Buffer.concat([start.subarray(0, 32), noise(2048)])],
  ];
  return Array.from({ length: count }, (_, i) => {
    const [is, bytes] = (makers[i % makers.length] as () => [string, Buffer])();
    const isText = mediaType === 'text' && i % 8 < 4;
    return {
      fileName: `random-${i + 1}`,
      is: `${is}, ${bytes.length} bytes${isText ? ', then made UTF-8' : ''}`,
      bytes: isText ? Buffer.from(bytes.toString('utf8')) : bytes,
    };
  });
}

/** Numbers from 0 to below 1: mulberry32, public domain (Tommy Ettinger). */
function startRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

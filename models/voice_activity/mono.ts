import type { Sound } from '@assay/kit-sound';
import { Resampler } from './resample.ts';

/** Turns decoded pieces of any rate and number of channels into one channel at `rate`. */
export async function* toMono(pieces: AsyncIterable<Sound>, rate: number): AsyncGenerator<Float32Array> {
  let resampler: Resampler | undefined;
  let current = 0;
  for await (const { channelData, sampleRate } of pieces) {
    const from = Math.round(sampleRate);
    // Recordings that were glued together may change their rate.
    if (from !== current) {
      if (resampler) yield resampler.flush();
      resampler = from === rate ? undefined : new Resampler(from, rate);
      current = from;
    }
    const mixed = mix(channelData);
    yield resampler ? resampler.push(mixed) : mixed;
  }
  if (resampler) yield resampler.flush();
}

/** The mean of the channels. What is no number would spoil everything after it. */
function mix(channels: Float32Array[]): Float32Array {
  const [first = new Float32Array(0)] = channels;
  return Float32Array.from(first, (_, i) => {
    const sum = channels.reduce((total, channel) => total + (channel[i] ?? 0), 0);
    return Number.isFinite(sum) ? Math.min(1, Math.max(-1, sum / channels.length)) : 0;
  });
}

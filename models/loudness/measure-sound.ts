import type { Sound } from '@assay/kit-sound';
import { integrateLoudness, measureRange } from './gated-loudness.ts';
import { LoudnessMeter } from './loudness-meter.ts';
import { type Silence, SilenceFinder } from './silence.ts';

/** Seconds, LUFS, LU and dBTP. What a recording is too quiet or too short for is undefined. */
export interface Measurement {
  duration: number;
  channels: number;
  rate: number;
  integrated: number | undefined;
  range: number | undefined;
  truePeak: number | undefined;
  silences: Silence[];
}

/** Undefined when there is no sound in it. */
export async function measureSound(pieces: AsyncIterable<Sound>): Promise<Measurement | undefined> {
  const meters: LoudnessMeter[] = [];
  const silence = new SilenceFinder();
  let duration = 0;
  for await (const { channelData, sampleRate } of pieces) {
    const numbers = channelData.map((channel) => channel.map((sample) => (Number.isFinite(sample) ? sample : 0)));
    let meter = meters.at(-1);
    // Recordings that were glued together may change on the way.
    if (!meter || meter.rate !== sampleRate || meter.channels !== channelData.length) {
      meter = new LoudnessMeter(sampleRate, channelData.length);
      meters.push(meter);
    }
    meter.push(numbers);
    silence.push(numbers, sampleRate);
    duration += (channelData[0]?.length ?? 0) / sampleRate;
  }
  const [first] = meters;
  if (!first) return undefined;
  const steps = meters.flatMap((meter) => meter.steps);
  const peak = Math.max(...meters.map(({ truePeak }) => truePeak));
  return {
    duration,
    channels: first.channels,
    rate: first.rate,
    integrated: integrateLoudness(steps),
    range: measureRange(steps),
    truePeak: peak > 0 ? 20 * Math.log10(peak) : undefined,
    silences: silence.finish(),
  };
}

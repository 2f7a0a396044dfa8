import { CannotPredict, type Predict } from '@assay/kit-node';
import { decodeSound } from '@assay/kit-sound';
import { measureSound } from './measure-sound.ts';

export const predict: Predict = async ({ path, size }, { signal }) => {
  const measured = await measureSound(decodeSound(path, size, signal));
  if (!measured) throw new CannotPredict('There is no sound in it that can be decoded');
  const { duration, channels, rate, integrated, range, truePeak, silences } = measured;
  const silent = silences.reduce((sum, { start, end }) => sum + end - start, 0);
  return {
    result: {
      ...(integrated !== undefined && { integrated_lufs: round(integrated, 1) }),
      ...(range !== undefined && { loudness_range_lu: round(range, 1) }),
      ...(truePeak !== undefined && { true_peak_dbtp: round(truePeak, 1) }),
      silence_seconds: round(silent, 3),
      silence_fraction: round(silent / duration, 3),
      duration: round(duration, 3),
      channels,
      sample_rate: rate,
    },
    annotations: silences.map(({ start, end }) => ({
      label: 'silence',
      time: { start: round(start, 3), end: round(end, 3) },
    })),
  };
};

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

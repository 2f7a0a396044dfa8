import { CannotPredict, type Init, type Predict } from '@assay/kit-node';
import { decodeSound } from '@assay/kit-sound';
import { findSpeech } from './find-speech.ts';
import { toMono } from './mono.ts';
import { loadSilero, silero } from './silero.ts';

export const init: Init = loadSilero;

export const predict: Predict = async ({ path, size }, { signal }) => {
  const pieces = toMono(decodeSound(path, size, signal), silero.rate);
  const { ranges, duration } = await findSpeech(pieces, signal);
  if (duration === 0) throw new CannotPredict('There is no sound in it that can be decoded');
  const seconds = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  return {
    result: {
      speech_fraction: round(seconds / duration),
      speech_seconds: round(seconds),
      duration: round(duration),
    },
    annotations: ranges.map(({ start, end }) => ({ label: 'speech', time: { start: round(start), end: round(end) } })),
  };
};

const round = (value: number) => Math.round(value * 1000) / 1000;

import { decodeImage } from '@assay/kit-image';
import type { Predict } from '@assay/kit-node';

export const predict: Predict = async ({ path }) => {
  // The net takes a third of a gigabyte: it is loaded when the first image comes.
  const { score } = await import('./nsfw-net.ts');
  // Twice what the net sees: its own reduction takes every other pixel at most.
  const scores = await score(await decodeImage(path, { maxSide: 598 }));
  const [likeliest] = Object.entries(scores).toSorted(([, a], [, b]) => b - a)[0] ?? [];
  const unsafe = scores.hentai + scores.porn + scores.sexy;
  const rounded = Object.entries({ unsafe, ...scores }).map(([name, value]) => [name, round(value)]);
  return { result: { likeliest, ...Object.fromEntries(rounded) } };
};

const round = (value: number) => Math.min(1, Math.round(value * 1000) / 1000);

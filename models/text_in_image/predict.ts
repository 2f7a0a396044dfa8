import { decodeImage } from '@assay/kit-image';
import type { Init, Predict } from '@assay/kit-node';
import { findWeights } from './weights.ts';

export const init: Init = findWeights;

export const predict: Predict = async ({ path }, { signal }) => {
  // The nets take two seconds and 170 MB: they are loaded when the first image comes.
  const { boxAround, joinText, maxSide, readRows } = await import('./read-rows.ts');
  const image = await decodeImage(path, { maxSide });
  const rows = await readRows(image, signal);
  return {
    result: { text: joinText(rows), number_lines: rows.length },
    annotations: rows.flat().map((line) => ({
      label: 'text',
      text: line.text,
      score: Math.round(line.score * 10_000) / 10_000,
      box: boxAround(line, image),
    })),
  };
};

import { describeImage } from '@assay/kit-image';
import type { Predict } from '@assay/kit-node';

export const predict: Predict = async ({ path }) => {
  const { width, height, channels, format, hasAlpha, frames } = await describeImage(path);
  return { result: { width, height, channels, format, has_alpha: hasAlpha, frames } };
};

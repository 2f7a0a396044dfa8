import type { Predict } from '@assay/kit-node';
import { findMentions } from './find-mentions.ts';
import { listMentions } from './list-mentions.ts';

export const predict: Predict = async (object, { signal }) => {
  const text = await object.text();
  const mentions = await findMentions(text, signal);
  return {
    result: listMentions(text, mentions),
    annotations: mentions.map(({ label, start, end }) => ({
      label,
      text: text.slice(start, end),
      span: { start, end },
    })),
  };
};

import type { Predict } from '@assay/kit-node';
import { findMentions } from './find-mentions.ts';
import { listMentions } from './list-mentions.ts';

export const predict: Predict = async (object, { signal }) => {
  // A NUL can't be part of an answer; the end of a line in its place leaves the spans as they are.
  const text = (await object.text()).replaceAll('\0', '\n');
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

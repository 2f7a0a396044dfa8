import { readMetadata } from '@assay/kit-image';
import type { Predict } from '@assay/kit-node';
import { decodeComment } from './decode-comment.ts';
import { describeTags, text } from './describe-tags.ts';
import { readTags } from './read-tags.ts';

export const predict: Predict = async ({ path }) => {
  const metadata = await readMetadata(path);
  const tags = await readTags(metadata, path);
  const texts = metadata.texts.map(({ keyword, text: said }) => text(`${keyword}: ${said}`));
  const comments = [text(decodeComment(tags.exif.UserComment)), ...texts].filter((comment) => comment !== undefined);
  const result = describeTags(tags);
  if (comments.length > 0) result.comments = comments;
  if (tags.damaged.length > 0) result.damaged = tags.damaged;
  return { result };
};

import { listReached, type MediaType, mediaTypes } from '@assay/shared';
import { UsageFault } from '../usage-fault.ts';

/** Which of the chosen models have something to do with a file of each media type, or with what others make of it. */
export type ModelsByType = Record<MediaType, string[]>;

interface Offered {
  name: string;
  accepts: MediaType[];
  emits: MediaType[];
}

/** `wish` is `all`, or names separated by commas. Throws a UsageFault that says what there is. */
export function chooseModels(offered: Offered[], wish: string, modelType: string | undefined): ModelsByType {
  const names = wish.split(',').map((name) => name.trim());
  const wanted = wish.trim() === 'all' ? offered.map(({ name }) => name) : names.filter(Boolean);
  const unknown = wanted.filter((name) => !offered.some((model) => model.name === name));
  const there = offered.map(({ name, accepts }) => `  ${name} (${accepts.join(', ')})`).join('\n') || '  none';
  if (unknown.length > 0) throw new UsageFault(`There is no model ${unknown.join(', ')}. There are:\n${there}`);
  if (wanted.length === 0) throw new UsageFault(`No model is chosen. There are:\n${there}`);
  const type = readModelType(modelType);
  const [image, video, audio, text] = mediaTypes.map((each) =>
    type && type !== each
      ? []
      : listReached(
          offered.filter(({ name }) => wanted.includes(name)),
          [each],
        ).map(({ name }) => name),
  ) as [string[], string[], string[], string[]];
  const chosen = { image, video, audio, text };
  if (type && chosen[type].length === 0)
    throw new UsageFault(`None of the chosen models takes ${type}. There are:\n${there}`);
  return chosen;
}

function readModelType(given: string | undefined): MediaType | undefined {
  const type = mediaTypes.find((each) => each === given);
  if (given !== undefined && !type)
    throw new UsageFault(`--model-type is one of ${mediaTypes.join(', ')}, not ${given}`);
  return type;
}

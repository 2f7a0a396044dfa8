import { listReached, type MediaType, mediaTypes } from '@assay/shared';
import { createKeptStore } from '../../lib/store.ts';
import type { Answers } from '../../lib/trpc.ts';
import type { QueuedFile } from './queue.ts';
import type { ModelsByType } from './uploads.ts';

export type ModelListing = Answers['models']['list'][number];

/** The names of the models that somebody chose; the browser remembers them. */
export const chosenModels = createKeptStore<readonly string[]>(
  'assay.models',
  [],
  (kept): kept is string[] => Array.isArray(kept) && kept.every((name) => typeof name === 'string'),
);

export function chooseModels(names: readonly string[], choose: boolean): void {
  const others = chosenModels.get().filter((name) => !names.includes(name));
  chosenModels.set(choose ? [...others, ...names] : others);
}

/** Which of the chosen models have something to do with a file of each media type, or with what others make of it. */
export function sortChosen(models: readonly ModelListing[], chosen: readonly string[]): ModelsByType {
  const theirs = models.filter(({ name }) => chosen.includes(name));
  const pick = (type: MediaType) => listReached(theirs, [type]).map(({ name }) => name);
  return { image: pick('image'), video: pick('video'), audio: pick('audio'), text: pick('text') };
}

export const isSendable = ({ stage, reading }: QueuedFile, models: ModelsByType): boolean =>
  stage === 'ready' && reading?.mediaType != null && models[reading.mediaType].length > 0;

/** Media types of ready files for which nothing is chosen. */
export const listUnserved = (files: Iterable<QueuedFile>, models: ModelsByType): MediaType[] => {
  const found = new Set<MediaType>();
  for (const { stage, reading } of files) if (stage === 'ready' && reading?.mediaType) found.add(reading.mediaType);
  return mediaTypes.filter((type) => found.has(type) && models[type].length === 0);
};

export interface Estimate {
  /** Seconds of work for the models; null when none of them was ever measured. */
  seconds: number | null;
  /** Chosen models without a measurement, which the seconds leave out. */
  unmeasured: number;
  /** Chosen models that work on what others make: how much that is nobody knows yet, so the seconds leave it out. */
  onMade: number;
}

/** How long the models will be at work, from how long each took so far and how many files it takes at a time. */
export function estimateWork(
  files: Iterable<QueuedFile>,
  models: ModelsByType,
  listings: readonly ModelListing[],
): Estimate {
  const counts = new Map<string, number>();
  const onMade = new Set<string>();
  for (const file of files) {
    const type = file.reading?.mediaType;
    if (!isSendable(file, models) || !type) continue;
    for (const { name, accepts } of listings) {
      if (!models[type].includes(name)) continue;
      if (accepts.includes(type)) counts.set(name, (counts.get(name) ?? 0) + 1);
      else onMade.add(name);
    }
  }
  let seconds: number | null = null;
  let unmeasured = 0;
  for (const { name, medianSeconds, limits } of listings) {
    const files = counts.get(name);
    if (files === undefined) continue;
    if (medianSeconds === null) unmeasured += 1;
    else seconds = (seconds ?? 0) + (files * medianSeconds) / limits.concurrency;
  }
  return { seconds, unmeasured, onMade: onMade.size };
}

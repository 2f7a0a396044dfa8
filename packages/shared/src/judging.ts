import { z } from 'zod';

/** What a person says of an object. A case may have more of its own. */
export const objectVerdicts = ['relevant', 'not relevant', 'unsure'] as const;
/** What a person says of a prediction. */
export const predictionVerdicts = ['right', 'wrong', 'unsure'] as const;
export const predictionVerdictSchema = z.enum(predictionVerdicts);
export type PredictionVerdict = z.infer<typeof predictionVerdictSchema>;

/** Found so in a search: people who judged something independently say different things of it. */
export const disputed = 'disputed';

const oneLine = (most: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(most, `must have at most ${most} characters`)
    .refine((text) => !/\p{Cc}/u.test(text), 'must be one line')
    .refine((text) => text.toLowerCase() !== 'none', '“none” is what stands for nothing');

/** Told apart without regard to case. A colon stands between a model and a verdict. */
export const verdictSchema = oneLine(60)
  .refine((text) => !text.includes(':'), 'must not have a colon')
  .refine((text) => text.toLowerCase() !== disputed, `“${disputed}” is what stands for verdicts that differ`);
export const tagNameSchema = oneLine(60);
/** Of one object. */
export const mostTags = 50;
/** A case’s own verdicts. */
export const mostOwnVerdicts = 20;

/** By name: what each looks like is the page’s business. */
export const tagColours = ['orange', 'sky', 'green', 'pink', 'red', 'yellow', 'blue', 'grey'] as const;
export const tagColourSchema = z.enum(tagColours);
export type TagColour = z.infer<typeof tagColourSchema>;

export const noteTextSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(10_000, 'must have at most 10,000 characters')
  .refine((text) => !text.includes('\0'), 'must be text');

/** How far something is that is said of many objects at once. */
export type BulkState = 'queued' | 'running' | 'done' | 'failed';
/** Objects that are chosen one by one. */
export const mostChosen = 10_000;

import { z } from 'zod';

/** Why bytes went: somebody asked for it, or the case keeps nothing longer. */
export const deletionCauses = ['request', 'retention'] as const;
export type DeletionCause = (typeof deletionCauses)[number];

/** Why somebody deletes an object. It stays on record. */
export const deletionReasonSchema = z
  .string()
  .trim()
  .min(3, 'say why, in three letters at least')
  .max(1_000, 'must have at most 1,000 characters');

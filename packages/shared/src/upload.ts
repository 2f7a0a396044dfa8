import { z } from 'zod';
import { mismatchSchema } from './file-name.ts';
import { objectFactsSchema, objectHashSchema } from './object.ts';
import { predictionStateSchema } from './prediction.ts';

/** The form fields of POST /model/predict. They come in any order; `objects`, `known` and `models` repeat. */
export const uploadFields = {
  objects: 'objects',
  /** Ours, in the place of a file: JSON text, see `linkSchema`. */
  known: 'known',
  models: 'models',
  modelType: 'model_type',
  /** Ours: a UUID that joins several requests of one person into one run. */
  run: 'run',
  /** Ours: JSON text, see `webhookFieldSchema`: an address that is told when the run is finished. */
  webhook: 'webhook',
  /** Ours: the case that the files go into, by its id or its name; absent: the sender's private one. */
  case: 'case',
} as const;

/**
 * A `known` field: makes an upload of an object that is there already, under its sender's name for it and without
 * its bytes. An object that is not there, or that the sender may not see, is `object_not_found`, one that was deleted
 * `object_deleted`: send its bytes then.
 */
export const linkSchema = z.object({ sha256: objectHashSchema, fileName: z.string() });

/** The answer to POST /model/predict, files in the order sent. */
export const uploadAnswerSchema = z.object({
  /** MD5s: the key that the old system's clients read. */
  'prediction objects': z.array(z.string()),
  run: z.uuid(),
  /** The id of the case that the files are in. */
  case: z.uuid(),
  objects: z.array(
    objectFactsSchema.extend({
      fileName: z.string(),
      mismatch: mismatchSchema.nullable(),
      /** Its sender could see this object before. */
      known: z.boolean(),
      predictions: z.array(
        z.object({ id: z.uuid(), model: z.string(), version: z.string(), state: predictionStateSchema }),
      ),
    }),
  ),
});
export type UploadAnswer = z.infer<typeof uploadAnswerSchema>;

import { z } from 'zod';
import { objectFactsSchema } from './object.ts';
import { predictionStateSchema } from './prediction.ts';

/** The form fields of POST /model/predict. They come in any order; `objects` and `models` repeat. */
export const uploadFields = {
  objects: 'objects',
  models: 'models',
  modelType: 'model_type',
  /** Ours: a UUID that joins several requests of one person into one run. */
  run: 'run',
} as const;

/** The answer to POST /model/predict, files in the order sent. */
export const uploadAnswerSchema = z.object({
  /** MD5s: the key that the old system's clients read. */
  'prediction objects': z.array(z.string()),
  run: z.uuid(),
  objects: z.array(
    objectFactsSchema.extend({
      fileName: z.string(),
      /** These bytes were in the store before this request. */
      known: z.boolean(),
      predictions: z.array(
        z.object({ id: z.uuid(), model: z.string(), version: z.string(), state: predictionStateSchema }),
      ),
    }),
  ),
});
export type UploadAnswer = z.infer<typeof uploadAnswerSchema>;

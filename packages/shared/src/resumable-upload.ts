import { z } from 'zod';
import { errorBodySchema } from './errors.ts';
import { uploadAnswerSchema } from './upload.ts';

/** Keys of the Upload-Metadata header that begins an upload at POST /upload/tus (tus 1.0). */
export const resumableKeys = {
  filename: 'filename',
  /** Names, separated by commas. */
  models: 'models',
  modelType: 'model_type',
  run: 'run',
  case: 'case',
} as const;

/**
 * What GET /upload/tus/:id tells of an upload. `checking`: every byte is there, and the server is reading them; a PATCH
 * without bytes waits for it. A failed one has the status and the body that its last PATCH was answered with.
 */
export const resumableStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('receiving'), /** Bytes. */ offset: z.int(), size: z.int() }),
  z.object({ state: z.literal('checking'), size: z.int() }),
  z.object({ state: z.literal('done'), answer: uploadAnswerSchema }),
  errorBodySchema.extend({ state: z.literal('failed'), status: z.int() }),
]);
export type ResumableState = z.infer<typeof resumableStateSchema>;

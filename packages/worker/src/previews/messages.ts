import { previewKindSchema } from '@assay/shared';
import { z } from 'zod';

/*
 * What the worker and the process that decodes say to each other. That process has met files of strangers: nothing it
 * says is believed without a look.
 */

/** To the process: make these of the object at hand. */
export const orderSchema = z.object({
  type: z.literal('make'),
  mediaType: z.enum(['image', 'video', 'audio']),
  mime: z.string(),
  /** Bytes. */
  size: z.int(),
  kinds: z.array(previewKindSchema),
});
export type Order = z.infer<typeof orderSchema>;

const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** To the process: the bytes that it asked for. */
export const pieceSchema = z.object({ type: z.literal('bytes'), bytes: bytesSchema });

/** The most that may be asked for at once. */
export const mostAsked = 8 * 2 ** 20;
/** A preview that is larger is none. */
const mostMade = 4 * 2 ** 20;

/** From the process. Positions are inclusive. */
export const wordSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('read'), start: z.int().min(0), end: z.int().min(0) }),
  z.object({
    type: z.literal('made'),
    kind: previewKindSchema,
    bytes: bytesSchema.refine(({ length }) => length > 0 && length <= mostMade, 'too large'),
  }),
  z.object({ type: z.literal('cannot'), kind: previewKindSchema, reason: z.string().min(1).max(1_000) }),
  z.object({ type: z.literal('done') }),
]);
export type Word = z.infer<typeof wordSchema>;

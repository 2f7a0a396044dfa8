import { z } from 'zod';

/** How much of what objects show is hidden until it is asked for. */
export const blurSchema = z.object({
  strength: z.enum(['light', 'medium', 'strong']),
  /** Without colour. */
  grey: z.boolean(),
});
export type Blur = z.infer<typeof blurSchema>;

/** Where no administrator has said otherwise. */
export const plainBlur: Blur = { strength: 'medium', grey: true };

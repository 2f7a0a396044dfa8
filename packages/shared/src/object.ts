import { z } from 'zod';

/** The four kinds of thing that Assay takes. Decided from the bytes, never from a name or a header. */
export const mediaTypes = ['image', 'video', 'audio', 'text'] as const;
export const mediaTypeSchema = z.enum(mediaTypes);
export type MediaType = z.infer<typeof mediaTypeSchema>;

const hex = (digits: number) =>
  z
    .string()
    .toLowerCase()
    .regex(new RegExp(`^[0-9a-f]{${digits}}$`), `Not ${digits} hexadecimal digits`);

/** SHA-256 of an object's bytes, lower-case hex: the object's identity. */
export const objectHashSchema = hex(64).brand<'ObjectHash'>();
export type ObjectHash = z.infer<typeof objectHashSchema>;

/** Any hash that an object is found by. Told apart by length: MD5 32, SHA-1 40, SHA-256 64 digits. */
export const anyHashSchema = z
  .string()
  .toLowerCase()
  .regex(/^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/, 'Not an MD5, SHA-1 or SHA-256 in hexadecimal');

/** What is known of an object from reading its bytes once. */
export const objectFactsSchema = z.object({
  sha256: objectHashSchema,
  md5: hex(32),
  sha1: hex(40),
  /** Bytes. */
  size: z.int(),
  mediaType: mediaTypeSchema,
  mime: z.string(),
  /** Of a text: its encoding, as TextDecoder names it. */
  encoding: z.string().nullable(),
});
export type ObjectFacts = z.infer<typeof objectFactsSchema>;

/** Of how many objects one request may ask whether they are known. */
export const maxKnownAsked = 10_000;

/** What a client asks before it sends bytes: which of these are there? Sizes are bytes. */
export const knownQuestionSchema = z
  .array(z.object({ sha256: objectHashSchema, size: z.int().min(0) }), {
    error: 'Send a JSON list of {"sha256": "…", "size": bytes}',
  })
  .max(maxKnownAsked, `At most ${maxKnownAsked} entries in one request`);
export type KnownQuestion = z.infer<typeof knownQuestionSchema>;

/** The SHA-256 of those that are there with that size and may be seen by the asker: each once, in the order asked. */
export const knownAnswerSchema = z.object({ known: z.array(objectHashSchema) });
export type KnownAnswer = z.infer<typeof knownAnswerSchema>;

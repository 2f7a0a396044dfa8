import { z } from 'zod';
import { maxAnswerDepth, tooDeep } from './answer-cost.ts';
import { mediaTypeSchema } from './object.ts';

/** The protocol `assay/1`: what a model speaks over HTTP. docs/model-protocol.md is its text. */
export const protocolVersion = 'assay/1';

/** Request headers of POST /predict, and the part header of a derived object. */
export const protocolHeaders = {
  object: 'assay-object',
  prediction: 'assay-prediction',
  fileName: 'assay-file-name',
  derivation: 'assay-derivation',
} as const;

const isKeepable = (s: string) => !s.includes('\0') && s.isWellFormed();
const unfitText = 'Text with a NUL or half a surrogate pair';

/** Text that a database can keep: no NUL, no half of a surrogate pair. */
const text = z.string().refine(isKeepable, unfitText);

export const modelNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'A name is a-z, 0-9 and _, begins with a letter and has at most 63 characters');

const semver = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/** The document of GET /model. Parsing fills in the limits that the author left out. */
export const manifestSchema = z.object({
  protocol: z.literal(protocolVersion),
  name: modelNameSchema,
  version: z.string().regex(semver, 'A version is semantic, such as 1.2.0'),
  title: text.max(200).default(''),
  description: text.max(2000).default(''),
  licence: text.max(200).default(''),
  accepts: z.array(mediaTypeSchema).min(1),
  emits: z.array(mediaTypeSchema).default([]),
  tags: z.array(text.min(1).max(100)).default([]),
  /** Every class that can appear in a result. */
  classes: z.array(text.min(1)).default([]),
  limits: z
    .object({
      maxBytes: z
        .int()
        .positive()
        .default(2 ** 31),
      timeoutSeconds: z.number().positive().max(86_400).default(60),
      concurrency: z.int().positive().max(1000).default(1),
    })
    .prefault({}),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** The body of POST /model/register. */
export const registrationSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/, message: 'The address of a model is an http or https URL' }).max(2000),
});

const healthStatuses = ['starting', 'ready', 'busy', 'failed'] as const;
export const healthSchema = z.object({ status: z.enum(healthStatuses), detail: text.optional() });
export type Health = z.infer<typeof healthSchema>;

/** What is wrong with a value of JSON, and where in it. A schema of schemas takes a hundred times as long. */
function findUnfit(value: unknown, depth = 1): { path: PropertyKey[]; message: string } | undefined {
  if (typeof value === 'string') return isKeepable(value) ? undefined : { path: [], message: unfitText };
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : { path: [], message: 'A number that is too large' };
  if (value === undefined) return { path: [], message: 'A value that JSON does not have' };
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > maxAnswerDepth) return { path: [], message: tooDeep };
  const isList = Array.isArray(value);
  for (const [key, item] of isList ? value.entries() : Object.entries(value)) {
    if (!isList && !isKeepable(String(key))) return { path: [key], message: unfitText };
    const unfit = findUnfit(item, depth + 1);
    if (unfit) return { ...unfit, path: [key, ...unfit.path] };
  }
  return undefined;
}

/** Not null: a class has a value. */
const classValue = z.unknown().check(({ value, issues }) => {
  const unfit = value === null ? { path: [], message: 'A class has a value, never null' } : findUnfit(value);
  if (unfit) issues.push({ code: 'custom', input: value, ...unfit });
});

const fraction = z.number().min(0).max(1);

/** Fractions of the width and height as displayed, origin top left. */
const boxSchema = z.object({ x: fraction, y: fraction, width: fraction, height: fraction });
export type Box = z.infer<typeof boxSchema>;

/** Seconds from the beginning. */
export const timeRangeSchema = z
  .object({ start: z.number().min(0), end: z.number().min(0) })
  .refine((t) => t.end >= t.start, 'end is before start');
export type TimeRange = z.infer<typeof timeRangeSchema>;

/** UTF-16 code units of the text, end exclusive. */
const textSpanSchema = z
  .object({ start: z.int().min(0), end: z.int().min(0) })
  .refine((s) => s.end >= s.start, 'end is before start');
export type TextSpan = z.infer<typeof textSpanSchema>;

/** Where in the object something is. */
export const annotationSchema = z.object({
  label: text.min(1),
  score: fraction.optional(),
  text: text.optional(),
  box: boxSchema.optional(),
  time: timeRangeSchema.optional(),
  span: textSpanSchema.optional(),
});
export type Annotation = z.infer<typeof annotationSchema>;

/** Of a part `object` of an answer, the header `Assay-Derivation`: where in the parent it came from, and what it is. */
export const derivationSchema = z.object({ time: timeRangeSchema.optional(), label: text.max(200).optional() });
export type Derivation = z.infer<typeof derivationSchema>;

/** Names of the parts of an answer in multipart/form-data: first the one, then any number of the other. */
export const answerParts = { prediction: 'prediction', object: 'object' } as const;

/** The JSON of a 200 to POST /predict. */
export const answerSchema = z.object({
  classes: z.array(text.min(1)),
  result: z.record(text.min(1), classValue),
  annotations: z.array(annotationSchema).default([]),
});
export type Answer = z.infer<typeof answerSchema>;

/** A longer document of GET /health or /model is none, nor is a longer refusal: bytes. */
export const maxDocumentBytes = 2 ** 20;

/** With one of these a model says that it can't predict this object, and never will. */
export const refusalStatuses: readonly number[] = [400, 413, 415, 422];

/** With one of these it says that it has no time now; Retry-After says when to come again. */
export const busyStatuses: readonly number[] = [429, 503];

/** The JSON of a refusal. */
export const refusalSchema = z.object({ error: z.object({ message: z.string() }) });

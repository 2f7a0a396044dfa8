import { AppError, type ErrorDetail } from '@assay/shared';
import { z } from 'zod';
import { requireFitText } from '../fit-text.ts';

/** The body as the schema has it. Throws `invalid_request` with every fault, each under its JSON path. */
export function readJson<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  requireFitText(body);
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const details = read.error.issues.map(readIssue);
  const [first] = details;
  const message = first?.field ? `${first.field}: ${first.message}` : (first?.message ?? 'The body is wrong');
  throw new AppError('invalid_request', message, { details });
}

const readIssue = (issue: z.core.$ZodIssue): ErrorDetail => ({
  code: 'invalid_request',
  field: issue.path.length > 0 ? z.core.toDotPath(issue.path) : undefined,
  limit: issue.code === 'too_big' ? Number(issue.maximum) : undefined,
  message: issue.message,
});

import { AppError } from '@assay/shared';
import { z } from 'zod';

/** The body as the schema has it. Throws `invalid_request` with every fault, each under its JSON path. */
export function readJson<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const details = read.error.issues.map(({ path, message }) => ({
    code: 'invalid_request' as const,
    field: path.length > 0 ? z.core.toDotPath(path) : undefined,
    message,
  }));
  const [first] = details;
  const message = first?.field ? `${first.field}: ${first.message}` : (first?.message ?? 'The body is wrong');
  throw new AppError('invalid_request', message, { details });
}

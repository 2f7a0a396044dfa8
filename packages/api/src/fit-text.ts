import { AppError } from '@assay/shared';

/** Whether a database can keep the text: without a NUL or half a surrogate pair. */
export const isFitText = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Throws `invalid_request` for a text, somewhere in what was sent, that no database can keep. */
export function requireFitText(value: unknown): void {
  if (typeof value === 'string' && !isFitText(value))
    throw new AppError('invalid_request', 'A text has a NUL or half a surrogate pair in it, which no text has');
  if (value === null || typeof value !== 'object') return;
  for (const [key, each] of Object.entries(value)) {
    requireFitText(key);
    requireFitText(each);
  }
}

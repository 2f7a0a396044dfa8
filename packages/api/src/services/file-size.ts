import type { ErrorDetail } from '@assay/shared';

/** What is wrong with a file of so many bytes. */
export function findSizeFault(file: string, size: number, limit: number): ErrorDetail | undefined {
  if (size === 0) return emptyFile(file);
  return size > limit ? tooLargeFile(file, limit) : undefined;
}

export const emptyFile = (file: string): ErrorDetail => ({ code: 'empty_file', file, message: `${file} is empty` });

export const tooLargeFile = (file: string, limit: number): ErrorDetail => ({
  ...{ code: 'file_too_large', file, limit },
  message: `${file} is larger than ${limit} bytes, the most that one file may have here`,
});

import { notIn, type Outcome } from './outcome.ts';

const words: Record<string, string> = {
  EACCES: 'There is no permission to read it',
  EPERM: 'There is no permission to read it',
  ENOENT: 'It is not there (any more)',
  ENAMETOOLONG: 'Its path is too long for this system',
  EIO: 'The disk could not read it',
  ELOOP: 'Its symbolic links lead in a circle',
};

/** What the system says of a file or folder that it does not let us read. Anything else is a defect, and thrown. */
export function explainFault(about: Pick<Outcome, 'path'> & Partial<Outcome>, error: unknown): Outcome {
  if (!isSystemFault(error)) throw error;
  const message = words[error.code] ?? `It can't be read: ${error.code}`;
  return notIn('failed', about, 'unreadable', message);
}

const isSystemFault = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';

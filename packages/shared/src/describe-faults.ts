import type { z } from 'zod';

/** A sentence for each fault of a document, with its field, what it is and what it may be: `accepts[0] is "picture"; allowed: ...`. */
export function describeFaults({ issues }: z.ZodError, document: unknown): string[] {
  return issues.map((issue) => describe(issue, document));
}

function describe(issue: z.core.$ZodIssue, document: unknown): string {
  const field = nameField(issue.path) || 'the document';
  const value = valueAt(document, issue.path);
  if (value === undefined) return `${field} is missing (${issue.message})`;
  const is = `${field} is ${shorten(JSON.stringify(value))}`;
  return issue.code === 'invalid_value'
    ? `${is}; allowed: ${issue.values.map(String).join(', ')}`
    : `${is}: ${issue.message}`;
}

function nameField(path: PropertyKey[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i ? '.' : ''}${String(key)}`)).join('');
}

function valueAt(document: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], document);
}

const shorten = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

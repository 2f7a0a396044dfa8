import { readFile } from 'node:fs/promises';
import { type Manifest, manifestSchema } from '@assay/shared';
import type { z } from 'zod';

/** A manifest that can't be used; the message names every field that is wrong and what it may be. */
class BadManifest extends Error {
  override name = 'BadManifest';
}

function nameField(path: PropertyKey[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i ? '.' : ''}${String(key)}`)).join('');
}

function valueAt(document: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], document);
}

function describe(issue: z.core.$ZodIssue, document: unknown): string {
  const field = nameField(issue.path) || 'the document';
  const value = valueAt(document, issue.path);
  if (value === undefined) return `${field} is missing (${issue.message})`;
  const is = `${field} is ${JSON.stringify(value)}`;
  return issue.code === 'invalid_value'
    ? `${is}; allowed: ${issue.values.map(String).join(', ')}`
    : `${is}: ${issue.message}`;
}

/** Reads and checks a model.json. Throws BadManifest. */
export async function readManifest(file: URL): Promise<Manifest> {
  let document: unknown;
  try {
    document = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new BadManifest(`${file.pathname} can't be read as JSON: ${(error as Error).message}`, { cause: error });
  }
  const parsed = manifestSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new BadManifest(
    `${file.pathname} is not a valid manifest: ${parsed.error.issues.map((i) => describe(i, document)).join('; ')}`,
  );
}

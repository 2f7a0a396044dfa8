import { readFile } from 'node:fs/promises';
import { describeFaults, type Manifest, manifestSchema } from '@assay/shared';

/** A manifest that can't be used; the message names every field that is wrong and what it may be. */
class BadManifest extends Error {
  override name = 'BadManifest';
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
  const faults = describeFaults(parsed.error, document);
  throw new BadManifest(`${file.pathname} is not a valid manifest: ${faults.join('; ')}`);
}

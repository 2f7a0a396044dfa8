import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const skipped = new Set(['node_modules', 'dist', 'e2e', 'test-results', 'playwright-report', '.turbo']);

/** Every file below a folder, as paths from `root`, in a fixed order; what is built or installed is left out. */
export function listFiles(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (skipped.has(entry.name)) return [];
      return entry.isDirectory() ? listFiles(root, path) : [path];
    });
}

/** The package.json of every workspace package. */
export function listManifests(root) {
  return ['packages', 'models'].flatMap((parent) =>
    readdirSync(join(root, parent))
      .sort()
      .map((name) => join(parent, name, 'package.json'))
      .filter((path) => existsSync(join(root, path))),
  );
}

/** One hash of the names and contents of these files, and of the words given. */
export function hashFiles(root, paths, ...words) {
  const hash = createHash('sha256').update(JSON.stringify(words));
  for (const path of paths) hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

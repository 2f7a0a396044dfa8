import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelNameSchema } from '@assay/shared';
import { z } from 'zod';

/** A model that comes with Assay: a folder of the checkout, started as a process of its own. */
export interface BundledModel {
  name: string;
  folder: string;
  /** A command line, run in the folder; the port to listen on comes in PORT. */
  start: string;
  /** It is written in Python: where there is none, everything else does without it. */
  python: boolean;
}

const documentSchema = z.object({ name: modelNameSchema, start: z.string().min(1) });

/** The folders below `modelsFolder` whose model.json says how to start them, by name. */
export function findBundledModels(modelsFolder: string): BundledModel[] {
  return readdirSync(modelsFolder)
    .map((name) => join(modelsFolder, name))
    .filter((folder) => existsSync(join(folder, 'model.json')))
    .map((folder) => ({
      folder,
      python: existsSync(join(folder, 'predict.py')),
      ...documentSchema.parse(JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'))),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageFault } from '../../usage-fault.ts';
import type { Language, NewModel } from './new-model.ts';
import { makeNodeFiles } from './node-files.ts';
import { makePythonFiles } from './python-files.ts';

const makeFiles: Record<Language, (model: NewModel) => Record<string, string>> = {
  node: makeNodeFiles,
  python: makePythonFiles,
};

/** Writes the folder of a new model below `models`, and returns its path. Throws a UsageFault when it is there already. */
export async function makeModel(model: NewModel, models: string): Promise<string> {
  const folder = join(models, model.name);
  try {
    await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new UsageFault(`${folder} is there already. Choose another name, or remove it.`, { cause: error });
  }
  try {
    for (const [name, text] of Object.entries(makeFiles[model.language](model)))
      await writeFile(join(folder, name), text);
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  return folder;
}

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageFault } from '../../usage-fault.ts';
import { makeNodeFiles, type NewModel } from './node-files.ts';

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
    for (const [name, text] of Object.entries(makeNodeFiles(model))) await writeFile(join(folder, name), text);
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  return folder;
}

import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareTestEnvironment } from '@assay/python/testing';
import { findBundledModels } from '../../bundled-models.ts';
import { checkout } from '../../checkout.ts';
import { type ServedModel, serveModel } from '../serve-model.ts';
import { makeModel } from './make-model.ts';
import type { NewModel } from './new-model.ts';

/** A folder for models as in a checkout: with the kits where pnpm links them, and our packages beside it. */
export async function makeModelsFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'assay-new-'));
  const folder = join(root, 'models');
  const packages = join(folder, 'node_modules/@assay');
  await mkdir(packages, { recursive: true });
  for (const kit of ['kit-node', 'kit-image']) await symlink(join(checkout.models, kit), join(packages, kit));
  await symlink(join(checkout.root, 'packages'), join(root, 'packages'));
  return { folder, remove: () => rm(root, { recursive: true }) };
}

/** For tests: what `assay models new` makes, served as it is; or what this machine lacks for it. */
export async function serveNewModel(model: NewModel): Promise<ServedModel | { lacking: string }> {
  const { folder, remove } = await makeModelsFolder();
  const path = await makeModel(model, folder);
  const lacking = model.language === 'python' ? await findLacking(path) : undefined;
  const [made] = findBundledModels(folder);
  if (!made) throw new Error(`${model.name} was not made`);
  if (lacking !== undefined) {
    await remove();
    return { lacking };
  }
  const served = await serveModel(made);
  const stop = async () => {
    await served.stop();
    await remove();
  };
  return { ...served, stop };
}

async function findLacking(folder: string): Promise<string | undefined> {
  const linked = join(checkout.models, 'kit-python');
  const prepared = await prepareTestEnvironment({ linked, requirements: join(folder, 'requirements.txt') });
  return 'lacking' in prepared ? prepared.lacking : undefined;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { delimiter, join, relative } from 'node:path';
import { PythonFault } from '@assay/python';
import { mediaTypeSchema, mediaTypes, modelNameSchema } from '@assay/shared';
import { z } from 'zod';
import { checkout } from '../checkout.ts';
import { UsageFault } from '../usage-fault.ts';
import { makeModel } from './new/make-model.ts';
import { type Language, languages } from './new/new-model.ts';
import { prepareFolder } from './prepare-folder.ts';

interface NewOptions {
  lang: string;
  accepts: string;
}

/** 0: made. 1: made, but its packages could not be brought. 2: not made, because the command is not right. */
type ExitCode = 0 | 1 | 2;

const schema = z.object({
  NAME: modelNameSchema,
  '--lang': z.enum(
    languages,
    `is ${languages.join(' or ')}; a model in anything else needs only docs/model-protocol.md`,
  ),
  '--accepts': z
    .string()
    .transform((text) => [...new Set(text.split(',').map((type) => type.trim()))])
    .pipe(z.array(mediaTypeSchema.catch(refuseType))),
});

function refuseType({ value }: { value: unknown }): never {
  throw new UsageFault(
    `--accepts has ${JSON.stringify(value)}; allowed: ${mediaTypes.join(', ')}, with commas between`,
  );
}

/** `assay models new`: a model that starts as it is, among those of this checkout. */
export async function newModel(name: string, options: NewOptions, env: NodeJS.ProcessEnv): Promise<ExitCode> {
  // Source code, for whoever works in this checkout and for the containers that are built from it.
  process.umask(0o022);
  try {
    const read = schema.safeParse({ NAME: name, '--lang': options.lang, '--accepts': options.accepts });
    if (!read.success)
      throw new UsageFault(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
    const { NAME, '--accepts': accepts, '--lang': language } = read.data;
    const path = await makeModel({ name: NAME, accepts, language }, checkout.models);
    const folder = relative(checkout.root, path);
    console.log(`Made ${folder}. Bringing its packages…`);
    const fault = language === 'python' ? await installPackages(path) : await linkPackages(env);
    if (fault) {
      console.error(`${folder} is made, but ${fault}`);
      return 1;
    }
    console.log(explainNext(folder, language));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageFault)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

/** Undefined, or what went wrong. The lockfile learns of the new folder, too: without that, the next start would refuse it. */
async function linkPackages(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { packageManager } = z
    .object({ packageManager: z.string() })
    .parse(JSON.parse(await readFile(join(checkout.root, 'package.json'), 'utf8')));
  const install = spawn('npx', ['--yes', packageManager, 'install', '--no-frozen-lockfile', '--reporter=silent'], {
    cwd: checkout.root,
    env: { ...env, PATH: `${checkout.binaries}${delimiter}${env.PATH ?? ''}` },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(install, 'exit');
  return code === 0 ? undefined : 'its packages are not linked: run "npx pnpm install" when that is mended.';
}

/** Undefined, or what went wrong. */
async function installPackages(folder: string): Promise<string | undefined> {
  try {
    await prepareFolder(folder);
    return undefined;
  } catch (error) {
    if (!(error instanceof PythonFault)) throw error;
    return `it has no virtual environment yet; its next start tries again. ${error.message}`;
  }
}

const commands: Record<Language, { code: string; serve: (folder: string) => string }> = {
  node: { code: 'predict.ts', serve: (folder) => `PORT=8000 npm start --prefix ${folder}` },
  python: { code: 'predict.py', serve: (folder) => `npm run -s assay -- models serve-folder ${folder} --port 8000` },
};

function explainNext(folder: string, language: Language): string {
  const { code, serve } = commands[language];
  return `
What it does is in ${folder}/${code}, what it says of itself in ${folder}/model.json. Next:

  # Serve it, until Ctrl-C:
  ${serve(folder)}
  # In another terminal, see whether it keeps to the protocol:
  npm run -s assay -- models check http://localhost:8000
  # Start Assay, with this model among the others:
  npm start`;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { delimiter, join, relative } from 'node:path';
import { mediaTypeSchema, mediaTypes, modelNameSchema } from '@assay/shared';
import { z } from 'zod';
import { checkout } from '../checkout.ts';
import { UsageFault } from '../usage-fault.ts';
import { makeModel } from './new/make-model.ts';

interface NewOptions {
  lang: string;
  accepts: string;
}

/** 0: made. 1: made, but its packages could not be linked. 2: not made, because the command is not right. */
type ExitCode = 0 | 1 | 2;

const langs = ['node'] as const;

const schema = z.object({
  NAME: modelNameSchema,
  '--lang': z.enum(langs, `is ${langs.join(' or ')}; models/kit-python/README.md has a model in Python, of two files`),
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
  try {
    const read = schema.safeParse({ NAME: name, '--lang': options.lang, '--accepts': options.accepts });
    if (!read.success)
      throw new UsageFault(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
    const { NAME, '--accepts': accepts } = read.data;
    const folder = relative(checkout.root, await makeModel({ name: NAME, accepts }, checkout.models));
    console.log(`Made ${folder}. Linking its packages…`);
    if (!(await linkPackages(env))) {
      console.error(`${folder} is made, but its packages are not linked: run "npx pnpm install" when that is mended.`);
      return 1;
    }
    console.log(explainNext(folder));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageFault)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

/** The lockfile learns of the new folder, too: without that, the next start would refuse it. */
async function linkPackages(env: NodeJS.ProcessEnv): Promise<boolean> {
  const { packageManager } = z
    .object({ packageManager: z.string() })
    .parse(JSON.parse(await readFile(join(checkout.root, 'package.json'), 'utf8')));
  const install = spawn('npx', ['--yes', packageManager, 'install', '--no-frozen-lockfile', '--reporter=silent'], {
    cwd: checkout.root,
    env: { ...env, PATH: `${checkout.binaries}${delimiter}${env.PATH ?? ''}` },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(install, 'exit');
  return code === 0;
}

const explainNext = (folder: string) => `
What it does is in ${folder}/predict.ts, what it says of itself in ${folder}/model.json. Next:

  PORT=8000 npm start --prefix ${folder}                        # serves it, until Ctrl-C
  npm run -s assay -- models check http://localhost:8000        # in another terminal
  npm start                                                     # Assay, with this model among the others`;

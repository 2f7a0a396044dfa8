import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { environmentHelp, ingestHelp, verifyHelp } from './help.ts';
import { addModelCommands } from './models/index.ts';

// Whatever Assay writes is its user's own, unless a line of code says otherwise.
process.umask(0o077);
// Before anything asks for a file: with Node's four threads, hashing waits for the disk.
process.env.UV_THREADPOOL_SIZE ??= '16';

const program = new Command('assay')
  .description('Takes in files of any kind, runs machine-learning models over them, and shows what the models said.')
  .version(manifest.version, '--version', 'print the version')
  .helpOption('--help', 'print this help, or that of a command')
  .addHelpText('after', environmentHelp)
  .showHelpAfterError('(assay --help says what there is)')
  // Told apart from work that was done in part.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

const listNames = (value: string) => value.split(',').map((name) => name.trim());

const collect = (value: string, before: string[] = []) => [...before, value];

program
  .command('serve')
  .description('run all of Assay: database, API with the web pages, worker and bundled models, until Ctrl-C')
  .addHelpText('after', environmentHelp)
  .action(async () => (await import('./serve.ts')).serve(process.env));

program
  .command('api')
  .description('run the API with the web pages only; DATABASE_URL must be set')
  .addHelpText('after', environmentHelp)
  .action(async () => (await import('./run-process.ts')).runApi(process.env));

program
  .command('worker')
  .description('run a worker only; DATABASE_URL must be set. Any number may run, on any machines')
  .option('--models <names>', 'serve only these models, separated by commas (all)', listNames)
  .addHelpText('after', environmentHelp)
  .action(async ({ models }) => (await import('./run-process.ts')).runWorker(process.env, models));

program
  .command('ingest')
  .description('bring files and folders in, as one run; what the server has already is not sent again')
  .argument('<path...>', 'files, and folders with all that is in them')
  .requiredOption('--models <names>', 'models to run, separated by commas, or all; each gets the files that it takes')
  .option('--case <name>', 'the case that the files go into: its name or id (your private one)')
  .option('--url <url>', 'where Assay runs (ASSAY_URL, or http://localhost:5000)')
  .option('--model-type <type>', 'take only files of this type: image, video, audio or text')
  .option('--exclude <glob>', "leave out what matches, such as '*.tmp' or 'cache/**'; may be repeated", collect)
  .option('--concurrency <n>', 'requests at once, 1 to 64 (4)')
  .option('--json', 'a line of JSON for each file, and one for the whole at the end')
  .addHelpText('after', ingestHelp)
  .action(async (paths, options) => {
    process.exitCode = await (await import('./ingest.ts')).ingest(paths, options, process.env);
  });

program
  .command('verify')
  .description('check that the audit trail, the results and the stored objects are as they were')
  .option('--only <parts>', 'some of chain, results, objects, separated by commas (all)', listNames)
  .option('--records <file>', 'an export of the audit trail, to be checked without a database')
  .option('--checkpoints <folder>', 'checkpoints that were kept (ASSAY_CHECKPOINT_DIR)')
  .option('--public-key <key>', 'whose signature counts, base64; may be repeated', collect)
  .option('--rate <bytes>', 'read at most so much of the store in a second, such as 20MB')
  .option('--resume', 'go on with the objects where the last time was interrupted')
  .option('--json', 'a line of JSON for each thing that is wrong, and one for the whole at the end')
  .addHelpText('after', verifyHelp)
  .action(async (options) => {
    process.exitCode = await (await import('./verify.ts')).verify(options, process.env);
  });

program
  .command('audit')
  .description('the audit trail')
  .command('export')
  .description('write every sealed record of the audit trail to standard output, a line of JSON each')
  .action(async () => (await import('./verify/export-trail.ts')).exportTrail(process.env));

addModelCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  // A fault of the machine or of its settings (StartError of @assay/db) is a sentence; anything else is a defect and
  // shows where. By name, because help need not wait for the database's code to load.
  console.error(error instanceof Error && error.name === 'StartError' ? error.message : error);
  process.exitCode = 1;
}

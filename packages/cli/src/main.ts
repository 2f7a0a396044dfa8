import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { environmentHelp } from './help.ts';

// Whatever Assay writes is its user's own, unless a line of code says otherwise.
process.umask(0o077);

const program = new Command('assay')
  .description('Takes in files of any kind, runs machine-learning models over them, and shows what the models said.')
  .version(manifest.version, '--version', 'print the version')
  .helpOption('--help', 'print this help, or that of a command')
  .addHelpText('after', environmentHelp)
  .showHelpAfterError('(assay --help says what there is)');

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
  .description('run a worker only; DATABASE_URL must be set')
  .addHelpText('after', environmentHelp)
  .action(async () => (await import('./run-process.ts')).runWorker(process.env));

try {
  await program.parseAsync();
} catch (error) {
  // A fault of the machine or of its settings (StartError of @assay/db) is a sentence; anything else is a defect and
  // shows where. By name, because help need not wait for the database's code to load.
  console.error(error instanceof Error && error.name === 'StartError' ? error.message : error);
  process.exitCode = 1;
}

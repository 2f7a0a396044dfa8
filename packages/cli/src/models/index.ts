import type { Command } from 'commander';
import { checkHelp } from './help.ts';

/** `assay models <verb>`, for people who write models. */
export function addModelCommands(program: Command): void {
  const models = program.command('models').description('write and check models');

  models
    .command('check')
    .description('try whether a model keeps to the protocol, in about a minute; says what to mend')
    .argument('<url>', 'where the model listens, such as http://localhost:8000')
    .option('--sample <file>', 'a good object (a small one that comes with Assay for each type that the model accepts)')
    .option('--timeout <seconds>', 'for each check (60)')
    .option('--json', 'the report as JSON')
    .addHelpText('after', checkHelp)
    .action(async (url, options) => {
      process.exitCode = await (await import('./check.ts')).check(url, options);
    });
}

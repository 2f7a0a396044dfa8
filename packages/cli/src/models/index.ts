import type { Command } from 'commander';
import { checkHelp, newHelp, serveFolderHelp } from './help.ts';

/** `assay models <verb>`, for people who write models. */
export function addModelCommands(program: Command): void {
  const models = program.command('models').description('write, serve and check models');

  models
    .command('new')
    .description('make the folder of a model that starts as it is, for you to go on from')
    .argument('<name>', 'a-z, 0-9 and _, beginning with a letter')
    .requiredOption('--accepts <types>', 'image, video, audio or text; several with commas')
    .option('--lang <language>', 'what it is written in: node (TypeScript) or python', 'node')
    .addHelpText('after', newHelp)
    .action(async (name, options) => {
      process.exitCode = await (await import('./new.ts')).newModel(name, options, process.env);
    });

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

  models
    .command('serve-folder')
    .description('serve a folder with a model in Python, as it is, until Ctrl-C')
    .argument('<dir>', 'holds config.py and model.py, or model.json and predict.py')
    .option('--port <n>', 'where the model listens on 127.0.0.1 (PORT, or any free port)')
    .addHelpText('after', serveFolderHelp)
    .action(async (folder, options) => {
      process.exitCode = await (await import('./serve-folder.ts')).serveFolder(folder, options, process.env);
    });
}

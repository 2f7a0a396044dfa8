// npm run bench -- NAME [--json]: measures what the project promises, each figure beside a baseline of the same run.
import { Command } from 'commander';
import { measureLine } from './line.ts';

const program = new Command('bench').description('Measurements, each with its ratio to a baseline of the same run');

program
  .command('line')
  .description('a large upload beside md5sum, and a photo from upload to result beside its model alone')
  .option('--json', 'print one JSON object')
  .option('--mebibytes <n>', 'size of the large upload', Number, 512)
  .option('--photos <n>', 'how many photos', Number, 30)
  .action(async ({ json, mebibytes, photos }: { json?: boolean; mebibytes: number; photos: number }) => {
    const figures = await measureLine({ mebibytes, photos });
    if (json) console.log(JSON.stringify(figures));
    else for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(28)} ${value}`);
  });

await program.parseAsync();

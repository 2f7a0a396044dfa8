// npm run bench -- NAME [--json]: measures what the project promises, each figure beside a baseline of the same run.
import { Command } from 'commander';
import { measureDispatch, printDispatch } from './dispatch.ts';
import { measureExport, printExport } from './export.ts';
import { seedFolder } from './ingest/seed-baseline.ts';
import { measureIngest, printIngest } from './ingest.ts';
import { measureLine } from './line.ts';
import { measureMediaTypes, printMediaTypes } from './media-types.ts';
import { fuzzMediaTypes, printFuzz } from './media-types-fuzz.ts';
import { measureScroll, printScroll } from './scroll.ts';
import { measureSearch, printSearch, searchFolder } from './search.ts';

const program = new Command('bench').description('Measurements, each with its ratio to a baseline of the same run');

program
  .command('ingest')
  .description(
    'a large upload beside md5sum and the old endpoint, small files beside Express + multer, and memory meanwhile',
  )
  .option('--json', 'print one JSON object')
  .option('--mebibytes <n>', 'size of the large upload', Number, 512)
  .option('--gibibytes <n>', 'size of the uploads during which memory is measured', Number, 4)
  .option('--files <n>', 'how many small files', Number, 2000)
  .option('--seed <folder>', 'the old endpoint (app.py), in Python', seedFolder)
  .action(async ({ json, ...size }: { json?: boolean } & Parameters<typeof measureIngest>[0]) => {
    const figures = await measureIngest(size, (what) => console.error(what));
    if (json) console.log(JSON.stringify(figures));
    else printIngest(figures);
  });

program
  .command('dispatch')
  .description('predictions a second to committed results beside BullMQ, RQ and a bare loop, and what stored ones cost')
  .option('--json', 'print one JSON object')
  .option('--objects <n>', 'objects of 50 kB in each round', Number, 5000)
  .option('--warm <n>', 'rounds before those that count, so that nobody is measured while being compiled', Number, 2)
  .option('--rounds <n>', 'rounds, each of Assay and of its peers; the median counts', Number, 5)
  .option('--latencies <n>', 'single files whose time from upload to result is taken', Number, 30)
  .option(
    '--stored <n>',
    'predictions that are stored for the questions by hash and for the growth; 0: neither',
    Number,
    1_000_000,
  )
  .option('--no-peers', 'without BullMQ and RQ, which need Redis')
  .action(async ({ json, ...size }: { json?: boolean } & Parameters<typeof measureDispatch>[0]) => {
    const figures = await measureDispatch(size, (what) => console.error(what));
    if (json) console.log(JSON.stringify(figures));
    else printDispatch(figures);
  });

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

program
  .command('search')
  .description(
    'twenty searches, their first page, page 500 and facets, among a million objects with ten million labels',
  )
  .option('--json', 'print one JSON object')
  .option('--scale <factor>', 'of the million', Number, 1)
  .option('--rounds <n>', 'times that each is asked', Number, 10)
  .option('--folder <path>', 'where the seeded database is kept, to be used again', searchFolder)
  .action(async ({ json, ...size }: { json?: boolean } & Parameters<typeof measureSearch>[0]) => {
    const figures = await measureSearch(size, (what) => console.error(what));
    if (json) console.log(JSON.stringify(figures));
    else printSearch(figures);
  });

program
  .command('scroll')
  .description('frames of a real browser while a hundred thousand objects that were found are scrolled')
  .option('--json', 'print one JSON object')
  .option('--objects <n>', 'how many are found', Number, 100_000)
  .option('--seconds <n>', 'for which each way is scrolled', Number, 10)
  .option('--speed <n>', 'pixels a second', Number, 2000)
  .option('--browser <path>', 'a Chromium', '/usr/bin/chromium')
  .action(async ({ json, ...size }: { json?: boolean } & Parameters<typeof measureScroll>[0]) => {
    const figures = await measureScroll(size, (what) => console.error(what));
    if (json) console.log(JSON.stringify(figures));
    else printScroll(figures);
  });

program
  .command('export')
  .description('memory of the API while a hundred thousand objects, and their predictions, are taken away as files')
  .option('--json', 'print one JSON object')
  .option('--objects <n>', 'how many', Number, 100_000)
  .action(async ({ json, objects }: { json?: boolean; objects: number }) => {
    const figures = await measureExport(objects, (what) => console.error(what));
    if (json) console.log(JSON.stringify(figures));
    else printExport(figures);
  });

interface MediaTypesOptions {
  corpus?: string;
  labels?: string;
  fuzz?: number | true;
  seed?: number;
  json?: boolean;
}

program
  .command('media-types')
  .description('how many files of a labelled corpus are told right; with --fuzz, what garbage and broken files do')
  .option('--corpus <folder>', 'the files')
  .option('--labels <file>', 'tab-separated, with the columns path, class and tier')
  .option('--fuzz [runs]', 'change and invent files instead of counting (200,000 unless told)', Number)
  .option('--seed <n>', 'of the invented files', Number)
  .option('--json', 'print one JSON object')
  .action(async ({ corpus, labels, fuzz, seed = Date.now(), json }: MediaTypesOptions) => {
    if (fuzz) {
      const report = await fuzzMediaTypes({ runs: fuzz === true ? 200_000 : fuzz, seed, corpus });
      if (json) console.log(JSON.stringify(report));
      else printFuzz(report);
      if (report.failures.length > 0) process.exitCode = 1;
      return;
    }
    if (!corpus || !labels) return program.error('--corpus and --labels are needed');
    const report = await measureMediaTypes(corpus, labels);
    if (json) console.log(JSON.stringify(report));
    else printMediaTypes(report);
  });

await program.parseAsync();

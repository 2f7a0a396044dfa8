// npm run chaos -- --minutes N --seed S: kills and restarts everything at random, and says which promises were broken.
import { Command, InvalidArgumentError } from 'commander';
import { measureOutage } from './outage.ts';
import { describeAct, makePlan } from './plan.ts';
import { type ChaosReport, runChaos } from './run.ts';

const positive = (text: string) => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It has to be a number above 0.');
  return value;
};

const whole = (text: string) => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number of at most nine digits.');
  return Number(text);
};

const program = new Command('chaos')
  .description(
    `Runs a PostgreSQL, an API, three workers and four models (one slow, one flaky, one that hangs, one that goes away) in a
folder of their own, sends uploads, and kills, stops and restarts all of these at random. Then it waits for the work to
settle and checks that nothing was lost, made twice, mixed up or left behind.

The seed decides what happens in which order; without one, chance does. Exit code 1: a promise was broken, each by name.`,
  )
  .option('--minutes <n>', 'how long things are killed; settling and checking come after', positive, 10)
  .option('--seed <n>', 'the same seed plans the same', whole)
  .option('--plan', 'print the plan, and do nothing')
  .option('--json', 'print one JSON object; the plan and the progress go to standard error')
  .action(async (options: { minutes: number; seed?: number; plan?: boolean; json?: boolean }) => {
    const { minutes, seed = Math.floor(Math.random() * 1e9), plan, json } = options;
    const seconds = Math.round(minutes * 60);
    const tell = (line: string) => (json ? console.error(line) : console.log(line));
    tell(`Seed ${seed}`);
    for (const act of makePlan(seed, seconds)) tell(describeAct(act));
    if (plan) return;
    const report = await runChaos({ seed, seconds, tell, signal: listenForStop() });
    if (json) console.log(JSON.stringify(report));
    else printReport(report);
    if (report.violations.length > 0) process.exitCode = 1;
  });

function printReport({ violations, folder, ...figures }: ChaosReport): void {
  for (const [name, value] of Object.entries(figures)) {
    const text =
      typeof value === 'object'
        ? Object.entries(value)
            .map(([key, n]) => `${key} ${n}`)
            .join(', ')
        : value;
    console.log(`${name.padEnd(15)} ${text}`);
  }
  for (const { name, detail } of violations) console.log(`BROKEN ${name}: ${detail}`);
  console.log(violations.length === 0 ? 'No promise was broken' : `${violations.length} broken; see ${folder}`);
}

program
  .command('outage')
  .description('stops one model while predictions wait for it, and says what became of them')
  .option('--seconds <n>', 'for which it is away', positive, 120)
  .option('--predictions <n>', 'that wait for it', whole, 200)
  .action(async (size: { seconds: number; predictions: number }) => {
    const report = await measureOutage(size, (line) => console.error(line), listenForStop());
    console.log(JSON.stringify(report));
    if (report.succeeded < report.predictions || report.attemptsBurnt > 0) process.exitCode = 1;
  });

function listenForStop(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error('Stopped')));
  return stop.signal;
}

await program.parseAsync();

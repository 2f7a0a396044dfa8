import { mediaTypeSchema } from '@assay/shared';
import { v7 as uuidv7 } from 'uuid';
import { AssayError } from './client/assay-error.ts';
import { createAssayClient } from './client/create-client.ts';
import { asAssayError } from './client/trpc.ts';
import { askCredentials } from './ingest/ask-credentials.ts';
import { checkPaths } from './ingest/check-paths.ts';
import { chooseModels } from './ingest/choose-models.ts';
import { bringIn } from './ingest/pipeline.ts';
import { showProgress } from './ingest/progress.ts';
import { type IngestOptions, readSettings } from './ingest/settings.ts';
import { printSummary, summarise } from './ingest/summary.ts';
import { Tally } from './ingest/tally.ts';
import { UnfinishedUploads } from './ingest/unfinished-uploads.ts';
import { listenForStop } from './stop-signal.ts';
import { UsageFault } from './usage-fault.ts';

/** 0: everything is in. 1: some of it is not, and was listed. 2: nothing could be done. 130: interrupted. */
type ExitCode = 0 | 1 | 2 | 130;

const retries = 9;

/** `assay ingest`: brings files and folders in as one run. Says on standard error why, when nothing can be done. */
export async function ingest(paths: string[], options: IngestOptions, env: NodeJS.ProcessEnv): Promise<ExitCode> {
  try {
    return await bringInPaths(paths, options, env);
  } catch (thrown) {
    const error = asAssayError(thrown);
    if (!(error instanceof UsageFault || error instanceof AssayError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

async function bringInPaths(paths: string[], options: IngestOptions, env: NodeJS.ProcessEnv): Promise<ExitCode> {
  const settings = readSettings(env, options);
  await checkPaths(paths);
  const client = createAssayClient({ url: settings.url, ...(await askCredentials(settings)) });
  const models = chooseModels(await client.trpc.models.list.query({}), options.models, options.modelType);

  const unfinished = await UnfinishedUploads.open(settings.stateFolder);

  const interrupt = listenForStop(() => process.exit(130));
  interrupt.addEventListener('abort', () =>
    process.stderr.write('\nStopping when what is being sent is in. Ctrl-C again stops at once.\n'),
  );
  const givenUp = new AbortController();
  const stop = AbortSignal.any([interrupt, givenUp.signal]);
  const tally = new Tally();
  const { json } = settings;
  // Lines for a program, on the terminal of a person: nothing may be drawn between them.
  const progress =
    json && process.stdout.isTTY ? undefined : showProgress({ paths, exclude: settings.exclude, stop }, tally);
  const run = uuidv7();
  const began = performance.now();
  await bringIn({
    ...settings,
    client,
    unfinished,
    paths,
    models,
    run,
    case: options.case,
    modelType: mediaTypeSchema.optional().parse(options.modelType),
    stop,
    patience: { retries, stop },
    giveUp: (reason) => givenUp.abort(reason),
    onRead: (bytes) => progress?.onRead(bytes),
    onSent: (file, bytes) => progress?.onSent(file, bytes),
    onOutcome(outcome, sentBytes) {
      tally.add(outcome, sentBytes);
      progress?.onOutcome(outcome);
      if (json) process.stdout.write(`${JSON.stringify(outcome)}\n`);
    },
  });
  progress?.end();

  const { reason } = givenUp.signal;
  if (reason !== undefined && !(reason instanceof AssayError)) throw reason;
  const because: string | null = reason?.message ?? null;
  const isInterrupted = interrupt.aborted;
  const exitCode = isInterrupted ? 130 : because ? (tally.in > 0 ? 1 : 2) : tally.notIn > 0 ? 1 : 0;
  const address = tally.in > 0 ? `${settings.url}/runs/${run}` : null;
  const ending = { tally, run, address, seconds: (performance.now() - began) / 1000, exitCode, isInterrupted, because };
  process.stdout.write(`${json ? JSON.stringify(summarise(ending)) : printSummary(ending)}\n`);
  if (json && because) process.stderr.write(`${because}\n`);
  return exitCode;
}

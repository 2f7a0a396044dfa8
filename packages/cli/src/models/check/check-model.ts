import type { Manifest } from '@assay/shared';
import { AssayError } from '../../client/assay-error.ts';
import { Caller } from '../../client/caller.ts';
import { UsageFault } from '../../usage-fault.ts';
import { get } from './ask-model.ts';
import { atOnce } from './at-once.ts';
import { cancelled } from './cancelled.ts';
import { type Asking, type Check, type CheckName, notChecked, type Subject } from './checking.ts';
import { empty } from './empty.ts';
import { goodSample } from './good-sample.ts';
import { checkHealth } from './health.ts';
import { huge } from './huge.ts';
import { checkManifest, type ManifestFound } from './manifest.ts';
import { randomInputs } from './random-inputs.ts';
import { type CheckResult, runCheck } from './run-check.ts';
import { samePrediction } from './same-prediction.ts';
import { readOwnSample, readSample, type Sample } from './sample.ts';
import { slow } from './slow.ts';
import { truncated } from './truncated.ts';
import { wrongType } from './wrong-type.ts';

/** After `manifest` and `health`, in this order: what may leave a bad model stuck comes last. */
const checks: Check[] = [
  goodSample,
  wrongType,
  empty,
  truncated,
  huge,
  atOnce,
  slow,
  samePrediction,
  randomInputs,
  cancelled,
];

const reachMs = 15_000;

export interface CheckOptions {
  /** A good object; unset: a small one that comes with Assay for each type that the model accepts. */
  sample?: string | undefined;
  /** For each check. Default: 60. */
  limitSeconds?: number | undefined;
  /** Called when a check begins. */
  onStart?: (asked: string) => void;
  /** Called when it has ended. */
  onResult?: (result: CheckResult) => void;
}

export interface CheckReport {
  url: string;
  /** Null: the manifest is not valid. */
  model: Pick<Manifest, 'name' | 'version' | 'accepts'> | null;
  /** Whether no check failed. */
  passed: boolean;
  seconds: number;
  results: CheckResult[];
}

const defaultLimitSeconds = 60;

/**
 * Whether the model at `url` keeps to the protocol (docs/model-protocol.md), in a dozen checks. Throws an AssayError when
 * nobody answers there, and a UsageFault when the sample is of no use.
 */
export async function checkModel(url: string, options: CheckOptions = {}): Promise<CheckReport> {
  const began = performance.now();
  const given = options.sample === undefined ? undefined : await readSample(options.sample);
  const caller = new Caller(url);
  await reach(caller);

  const results: CheckResult[] = [];
  const run = async (about: Pick<Check, 'name' | 'asked'>, work: Parameters<typeof runCheck>[1]) => {
    options.onStart?.(about.asked);
    const result = await runCheck(about, work, { caller, limitSeconds: options.limitSeconds ?? defaultLimitSeconds });
    results.push(result);
    options.onResult?.(result);
  };

  let found: ManifestFound | undefined;
  await run({ name: 'manifest', asked: 'GET /model' }, async (asking) => {
    found = await checkManifest(asking);
    return found.finding;
  });
  await run({ name: 'health', asked: 'GET /health' }, checkHealth);
  const subject = found?.manifest && (await makeSubject(found.manifest, found.saysMaxBytes, given));
  for (const check of checks) {
    const missing = ['manifest' as const, ...check.needs].filter((name) => !hasPassed(results, name));
    await run(check, (asking) =>
      subject && missing.length === 0
        ? check.run({ ...asking, ...subject })
        : notChecked(`Only a model that passes ${missing.join(' and ')} can be asked`),
    );
  }

  const model = subject ? pickFacts(subject.manifest) : null;
  const seconds = (performance.now() - began) / 1000;
  return { url: caller.url, model, passed: !results.some(({ outcome }) => outcome === 'failed'), seconds, results };
}

const pickFacts = ({ name, version, accepts }: Manifest) => ({ name, version, accepts });

const hasPassed = (results: CheckResult[], name: CheckName) =>
  results.some((result) => result.name === name && result.outcome === 'passed');

/** Throws when nobody listens there. What else may be wrong is for the checks to tell. */
async function reach(caller: Caller): Promise<void> {
  const signal = AbortSignal.timeout(reachMs);
  try {
    await get({ caller, signal }, '/health');
  } catch (error) {
    if (error instanceof AssayError && error.code === 'unreachable') throw error;
    if (!(error instanceof AssayError || signal.aborted)) throw error;
  }
}

async function makeSubject(
  manifest: Manifest,
  saysMaxBytes: boolean,
  given: Sample | undefined,
): Promise<Omit<Subject, keyof Asking>> {
  const { accepts } = manifest;
  if (given && !accepts.includes(given.mediaType))
    throw new UsageFault(`--sample is of type ${given.mediaType}; ${manifest.name} accepts ${accepts.join(', ')}`);
  const samples = given ? [given] : await Promise.all(accepts.map(readOwnSample));
  return { manifest, saysMaxBytes, samples: samples as Subject['samples'] };
}

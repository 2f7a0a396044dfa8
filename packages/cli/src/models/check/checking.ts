import type { Manifest } from '@assay/shared';
import type { Caller } from '../../client/caller.ts';
import type { Sample } from './sample.ts';

export type Outcome = 'passed' | 'failed' | 'not_checked';

/** What came of one check, in words. */
export interface Finding {
  outcome: Outcome;
  /** What the model answered, or why it was not asked. */
  came: string;
  /** What its author should change; null: nothing. */
  fix: string | null;
}

export const passed = (came: string): Finding => ({ outcome: 'passed', came, fix: null });
export const failed = (came: string, fix: string): Finding => ({ outcome: 'failed', came, fix });
export const notChecked = (came: string, fix: string | null = null): Finding => ({
  outcome: 'not_checked',
  came,
  fix,
});

/** What every check is given. */
export interface Asking {
  caller: Caller;
  /** Aborted when the check's time is up. */
  signal: AbortSignal;
}

/** What a check is given that needs the manifest. */
export interface Subject extends Asking {
  manifest: Manifest;
  /** A good object for each media type that is tried; the first one is for all checks. */
  samples: [Sample, ...Sample[]];
  /** Whether the author wrote limits.maxBytes; the manifest has a default otherwise. */
  saysMaxBytes: boolean;
}

export type CheckName =
  | 'manifest'
  | 'health'
  | 'good_sample'
  | 'wrong_type'
  | 'empty'
  | 'truncated'
  | 'huge'
  | 'at_once'
  | 'slow'
  | 'same_prediction'
  | 'random_inputs'
  | 'cancelled';

export interface Check {
  name: CheckName;
  /** What the model is asked, in words. */
  asked: string;
  /** What has to have passed; this check could not tell anything otherwise. */
  needs: CheckName[];
  run(subject: Subject): Promise<Finding>;
}

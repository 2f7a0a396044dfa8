import { formatSeconds } from '@assay/shared';
import { AssayError } from '../../client/assay-error.ts';
import type { Caller } from '../../client/caller.ts';
import { type Asking, type Check, type Finding, failed } from './checking.ts';

export interface CheckResult extends Pick<Check, 'name' | 'asked'>, Finding {
  seconds: number;
}

/** What came of a check, within its time. A model that breaks off or hangs has failed it. */
export async function runCheck(
  { name, asked }: Pick<Check, 'name' | 'asked'>,
  work: (asking: Asking) => Finding | Promise<Finding>,
  { caller, limitSeconds }: { caller: Caller; limitSeconds: number },
): Promise<CheckResult> {
  const began = performance.now();
  const signal = AbortSignal.timeout(limitSeconds * 1000);
  const tell = (finding: Finding) => ({ name, asked, ...finding, seconds: (performance.now() - began) / 1000 });
  try {
    return tell(await work({ caller, signal }));
  } catch (error) {
    if (signal.aborted) {
      const fix = 'Answer sooner, or give the checks more time with --timeout';
      return tell(failed(`Not done within ${formatSeconds(limitSeconds)}`, fix));
    }
    if (!(error instanceof AssayError)) throw error;
    return tell(failed(error.message, "Answer every request; the model's own log may say why it broke off"));
  }
}

import type { ModelState } from '@assay/shared';

const checkEvery = 2_000;
const checkStarting = 250;
// One that is away for long is asked less and less often; one that restarts is noticed at once.
const patientMisses = 4;
const checkAtLeastEvery = 15_000;

/**
 * Milliseconds until a model is asked again how it is; `missed`: how often in a row it did not answer as a model. A little
 * chance, 0 to 1, keeps many workers from asking all at once.
 */
export function chooseInterval(
  { state, missed }: { state: ModelState; missed: number },
  chance: number = Math.random(),
): number {
  const interval =
    state === 'starting'
      ? checkStarting
      : Math.min(checkAtLeastEvery, checkEvery * 2 ** Math.max(0, missed - patientMisses));
  return interval * (0.9 + chance / 5);
}

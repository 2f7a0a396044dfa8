import { type MediaType, mediaTypes } from '@assay/shared';
import { type Outcome, type OutcomeState, outcomeStates } from './outcome.ts';

interface Count {
  files: number;
  bytes: number;
}

export interface Reason {
  code: string;
  files: number;
  /** The first of them, each with what was said of it. */
  examples: { path: string; message: string }[];
}

const mostExamples = 1000;

const zero = (): Count => ({ files: 0, bytes: 0 });

/** Counts outcomes, and remembers why files are not in. It does not grow with the number of files. */
export class Tally {
  readonly states = Object.fromEntries(outcomeStates.map((state) => [state, 0])) as Record<OutcomeState, number>;
  /** Of what is in, stored or known. */
  readonly mediaTypes = Object.fromEntries(mediaTypes.map((type) => [type, zero()])) as Record<MediaType, Count>;
  readonly reasons = new Map<string, Reason>();
  /** Everything that has its outcome. */
  readonly all = zero();
  sentBytes = 0;

  add(outcome: Outcome, sentBytes: number): void {
    const bytes = outcome.size ?? 0;
    this.states[outcome.state] += 1;
    addTo(this.all, bytes);
    this.sentBytes += sentBytes;
    if (outcome.error) this.#addReason(outcome.path, outcome.error);
    else if (outcome.mediaType) addTo(this.mediaTypes[outcome.mediaType], bytes);
  }

  #addReason(path: string, { code, message }: { code: string; message: string }): void {
    const reason = this.reasons.get(code) ?? { code, files: 0, examples: [] };
    this.reasons.set(code, reason);
    reason.files += 1;
    if (reason.examples.length < mostExamples) reason.examples.push({ path, message });
  }

  get in(): number {
    return this.states.stored + this.states.known;
  }

  get notIn(): number {
    return this.states.refused + this.states.failed;
  }
}

function addTo(count: Count, bytes: number): void {
  count.files += 1;
  count.bytes += bytes;
}

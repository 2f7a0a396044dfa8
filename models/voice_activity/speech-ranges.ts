/** Seconds. */
export interface SpeechRange {
  start: number;
  end: number;
}

const startsAt = 0.5;
/** Lower, so that a soft syllable does not end the sentence. */
const endsBelow = 0.35;
const shortestSpeech = 0.25;
const shortestSilence = 0.1;
const padding = 0.03;

/**
 * Joins probabilities, one for each window of `step` seconds, into ranges of speech, as Silero's own
 * get_speech_timestamps does.
 */
export class SpeechRanges {
  readonly #step: number;
  readonly #ranges: SpeechRange[] = [];
  #now = 0;
  #start: number | undefined;
  #silentSince: number | undefined;

  constructor(step: number) {
    this.#step = step;
  }

  push(probability: number) {
    if (probability >= startsAt) {
      this.#start ??= this.#now;
      this.#silentSince = undefined;
    } else if (this.#start !== undefined && probability < endsBelow) {
      this.#silentSince ??= this.#now;
      if (this.#now + this.#step - this.#silentSince >= shortestSilence) this.#end(this.#silentSince);
    }
    this.#now += this.#step;
  }

  /** All ranges of a recording that ends after `duration` seconds, padded, none touching the next. */
  finish(duration: number): SpeechRange[] {
    if (this.#start !== undefined) this.#end(Math.min(this.#silentSince ?? this.#now, duration));
    return this.#ranges.map(({ start, end }, i, all) => ({
      start: Math.max(start - padding, middle(all[i - 1]?.end, start) ?? 0, 0),
      end: Math.min(end + padding, middle(end, all[i + 1]?.start) ?? duration, duration),
    }));
  }

  #end(end: number) {
    const start = this.#start ?? end;
    if (end - start >= shortestSpeech) this.#ranges.push({ start, end });
    this.#start = undefined;
    this.#silentSince = undefined;
  }
}

const middle = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? undefined : (a + b) / 2;

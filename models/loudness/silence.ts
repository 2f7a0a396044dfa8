/** In seconds from the beginning. */
export interface Silence {
  start: number;
  end: number;
}

/** -60 dBFS: below it and for this long a recording is silent, as ffmpeg's silencedetect has it. */
const threshold = 10 ** (-60 / 20);
const shortest = 2;

/** Finds where all channels stay below -60 dBFS for two seconds or more. */
export class SilenceFinder {
  readonly #ranges: Silence[] = [];
  #quietSince = 0;
  #now = 0;

  push(channels: Float32Array[], rate: number): void {
    const length = channels[0]?.length ?? 0;
    for (let i = 0; i < length; i += 1) {
      if (channels.every((channel) => Math.abs(channel[i] ?? 0) < threshold)) continue;
      this.#close(this.#now + i / rate);
      this.#quietSince = this.#now + (i + 1) / rate;
    }
    this.#now += length / rate;
  }

  finish(): Silence[] {
    this.#close(this.#now);
    return this.#ranges;
  }

  #close(end: number) {
    if (end - this.#quietSince >= shortest) this.#ranges.push({ start: this.#quietSince, end });
  }
}

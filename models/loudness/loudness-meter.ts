import { stepsPerSecond } from './gated-loudness.ts';
import { KWeighting } from './k-weighting.ts';
import { TruePeak } from './true-peak.ts';

/** What each channel counts for, by their number, in the order of WAV files: surround 1.41, the low effects nothing. */
const surround = 1.41;
const channelWeights: Record<number, number[]> = {
  4: [1, 1, surround, surround],
  5: [1, 1, 1, surround, surround],
  6: [1, 1, 1, 0, surround, surround],
};

/** Measures sound of one rate and number of channels, piece by piece. */
export class LoudnessMeter {
  readonly rate: number;
  /** K-weighted mean squares of every 100 ms, the channels weighted and summed. */
  readonly steps: number[] = [];
  readonly #channels: { weight: number; filter: KWeighting; truePeak: TruePeak }[];
  #energy = 0;
  #samples = 0;
  #stepBegan = 0;

  constructor(rate: number, channels: number) {
    this.rate = rate;
    this.#channels = Array.from({ length: channels }, (_, c) => ({
      weight: channelWeights[channels]?.[c] ?? 1,
      filter: new KWeighting(rate),
      truePeak: new TruePeak(),
    }));
  }

  get channels(): number {
    return this.#channels.length;
  }

  /** 1 is full scale. */
  get truePeak(): number {
    return Math.max(...this.#channels.map(({ truePeak }) => truePeak.peak));
  }

  push(channelData: Float32Array[]): void {
    for (const [c, { truePeak }] of this.#channels.entries()) truePeak.push(channelData[c] ?? new Float32Array());
    const length = channelData[0]?.length ?? 0;
    for (let at = 0; at < length; ) {
      const stepEnd = Math.round(((this.steps.length + 1) * this.rate) / stepsPerSecond);
      const end = Math.min(length, at + stepEnd - this.#samples);
      for (const [c, { weight, filter }] of this.#channels.entries()) {
        this.#energy += weight * filterEnergy(filter, channelData[c]?.subarray(at, end));
      }
      this.#samples += end - at;
      at = end;
      if (this.#samples === stepEnd) this.#endStep();
    }
  }

  #endStep() {
    this.steps.push(this.#energy / (this.#samples - this.#stepBegan));
    this.#stepBegan = this.#samples;
    this.#energy = 0;
  }
}

function filterEnergy(filter: KWeighting, samples: Float32Array = new Float32Array()): number {
  let energy = 0;
  for (const sample of samples) energy += filter.next(sample) ** 2;
  return energy;
}

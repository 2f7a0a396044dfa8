const oversampling = 4;
/** Samples on each side of a place between two that have a say in it. */
const reach = 6;

/** For each place between two samples: what the samples around it weigh there, sinc under a Hann window. */
const kernels = [1, 2, 3].map((phase) =>
  Float64Array.from({ length: 2 * reach }, (_, k) => {
    const distance = k - (reach - 1) - phase / oversampling;
    const sinc = Math.sin(Math.PI * distance) / (Math.PI * distance);
    return sinc * (0.5 + 0.5 * Math.cos((Math.PI * distance) / reach));
  }),
);
const largestGain = Math.max(...kernels.map((kernel) => kernel.reduce((sum, weight) => sum + Math.abs(weight), 0)));

/**
 * The highest level of one channel between its samples too, from four times as many (ITU-R BS.1770-5
 * annex 2). It may read up to 0.7 dB low, as the annex says of four times.
 */
export class TruePeak {
  /** 1 is full scale. */
  peak = 0;
  #kept = new Float32Array(2 * reach - 1);

  push(samples: Float32Array): void {
    const all = new Float32Array(this.#kept.length + samples.length);
    all.set(this.#kept);
    all.set(samples, this.#kept.length);
    for (let start = 0; start < samples.length; start += 1024) {
      this.#search(all.subarray(start, start + 1024 + 2 * reach - 1));
    }
    this.#kept = all.slice(-this.#kept.length);
  }

  #search(samples: Float32Array): void {
    let largest = 0;
    for (const sample of samples) largest = Math.max(largest, Math.abs(sample));
    const before = this.peak;
    this.peak = Math.max(before, largest);
    // Nothing between these can be higher than what is known.
    if (largest * largestGain <= before) return;
    for (const kernel of kernels) {
      for (let start = 0; start + 2 * reach <= samples.length; start += 1) {
        let sum = 0;
        for (let k = 0; k < 2 * reach; k += 1) sum += (samples[start + k] as number) * (kernel[k] as number);
        if (Math.abs(sum) > this.peak) this.peak = Math.abs(sum);
      }
    }
  }
}

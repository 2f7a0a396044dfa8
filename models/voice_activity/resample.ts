/** How many times the kernel crosses zero on each side: more is sharper and slower. */
const zeroCrossings = 16;
/** Of the new rate's half: leaves the kernel room to fall off before what would fold back. */
const rollOff = 0.94;

/**
 * Brings one channel to another rate, piece by piece, through a windowed sinc: what lies above half
 * the new rate is taken out. (J. O. Smith, "Digital Audio Resampling", 1984.) Rates are integers.
 */
export class Resampler {
  readonly #from: number;
  readonly #to: number;
  readonly #halfWidth: number;
  /** For each place that an output sample can have between two of the input: the weights around it. */
  readonly #kernels: Float32Array[];
  /** Input that later output still needs; its first sample is number `#first` of all. */
  #kept: Float32Array<ArrayBufferLike> = new Float32Array(0);
  #first = 0;
  #written = 0;

  constructor(from: number, to: number) {
    const divisor = greatestCommonDivisor(from, to);
    this.#from = from / divisor;
    this.#to = to / divisor;
    const cutoff = Math.min(1, to / from) * rollOff;
    this.#halfWidth = Math.ceil(zeroCrossings / cutoff);
    this.#kernels = Array.from({ length: this.#to }, (_, phase) =>
      makeKernel(phase / this.#to, cutoff, this.#halfWidth),
    );
  }

  /** Takes the next samples; returns as many new ones as they allow. */
  push(samples: Float32Array): Float32Array {
    this.#keep(samples);
    const known = this.#first + this.#kept.length - this.#halfWidth;
    return this.#write(Math.ceil((known * this.#to) / this.#from) - this.#written);
  }

  /** The rest, as if silence followed. */
  flush(): Float32Array {
    const all = this.#first + this.#kept.length;
    this.#keep(new Float32Array(this.#halfWidth));
    return this.#write(Math.ceil((all * this.#to) / this.#from) - this.#written);
  }

  #keep(samples: Float32Array) {
    const needed = Math.max(0, Math.floor((this.#written * this.#from) / this.#to) - this.#halfWidth - this.#first);
    const kept = this.#kept.subarray(Math.min(needed, this.#kept.length));
    this.#first += this.#kept.length - kept.length;
    this.#kept = new Float32Array(kept.length + samples.length);
    this.#kept.set(kept);
    this.#kept.set(samples, kept.length);
  }

  #write(count: number): Float32Array {
    const out = new Float32Array(Math.max(0, count));
    for (let i = 0; i < out.length; i += 1, this.#written += 1) {
      const at = this.#written * this.#from;
      const kernel = this.#kernels[at % this.#to] as Float32Array;
      out[i] = weigh(this.#kept, Math.floor(at / this.#to) - this.#halfWidth + 1 - this.#first, kernel);
    }
    return out;
  }
}

/** The kernel's sum over the samples from `start`; before the first there is silence. */
function weigh(samples: Float32Array, start: number, kernel: Float32Array): number {
  let sum = 0;
  for (let k = Math.max(0, -start); k < kernel.length; k += 1) {
    sum += (samples[start + k] as number) * (kernel[k] as number);
  }
  return sum;
}

/** Sinc under a Hann window, for the samples from `halfWidth - 1` before to `halfWidth` after. */
function makeKernel(fraction: number, cutoff: number, halfWidth: number): Float32Array {
  return Float32Array.from({ length: 2 * halfWidth }, (_, k) => {
    const distance = fraction - (k - halfWidth + 1);
    const x = Math.PI * distance * cutoff;
    const sinc = x === 0 ? 1 : Math.sin(x) / x;
    return Math.abs(distance) < halfWidth
      ? cutoff * sinc * (0.5 + 0.5 * Math.cos((Math.PI * distance) / halfWidth))
      : 0;
  });
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

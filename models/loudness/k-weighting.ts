interface Coefficients {
  b0: number;
  b1: number;
  b2: number;
  a1: number;
  a2: number;
}

/**
 * The two filters of ITU-R BS.1770 annex 1, for one channel: a shelf (the head) and a high pass. The
 * standard gives their coefficients for 48 kHz; for other rates they come from the analogue prototype
 * (B. De Man, "Evaluation of Implementations of the EBU R128 Loudness Measurement", 2018).
 */
export class KWeighting {
  readonly #shelf: Biquad;
  readonly #highPass: Biquad;

  constructor(rate: number) {
    this.#shelf = new Biquad(shelf(rate));
    this.#highPass = new Biquad(highPass(rate));
  }

  /** The weighted sample. */
  next(sample: number): number {
    return this.#highPass.next(this.#shelf.next(sample));
  }
}

/** A second-order filter with its memory (transposed direct form II). */
class Biquad {
  readonly #coefficients: Coefficients;
  #one = 0;
  #two = 0;

  constructor(coefficients: Coefficients) {
    this.#coefficients = coefficients;
  }

  next(sample: number): number {
    const { b0, b1, b2, a1, a2 } = this.#coefficients;
    const out = b0 * sample + this.#one;
    this.#one = b1 * sample - a1 * out + this.#two;
    this.#two = b2 * sample - a2 * out;
    return out;
  }
}

function shelf(rate: number): Coefficients {
  const k = Math.tan((Math.PI * 1681.974450955533) / rate);
  const q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const middle = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b0: (high + (middle * k) / q + k * k) / a0,
    b1: (2 * (k * k - high)) / a0,
    b2: (high - (middle * k) / q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / q + k * k) / a0,
  };
}

function highPass(rate: number): Coefficients {
  const k = Math.tan((Math.PI * 38.13547087602444) / rate);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 };
}

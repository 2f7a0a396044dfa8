import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-web/wasm';

/** Samples a second, and samples a window, that the net was trained on. */
export const silero = { rate: 16_000, window: 512, context: 64 };

let session: ort.InferenceSession;

export async function loadSilero(): Promise<void> {
  ort.env.wasm.numThreads = 1;
  const weights = new URL('silero_vad_v5.onnx', import.meta.resolve('@ricky0123/vad-web'));
  session = await ort.InferenceSession.create(await readFile(fileURLToPath(weights)));
}

/** The net with its memory of one recording. */
export class Silero {
  readonly #rate = new ort.Tensor('int64', BigInt64Array.of(BigInt(silero.rate)));
  #state: ort.Tensor = new ort.Tensor('float32', new Float32Array(2 * 128), [2, 1, 128]);
  #context = new Float32Array(silero.context);

  /** How likely the next window is speech: 0 to 1. */
  async listen(window: Float32Array): Promise<number> {
    const input = new Float32Array(silero.context + silero.window);
    input.set(this.#context);
    input.set(window, silero.context);
    const { output, stateN } = await session.run({
      input: new ort.Tensor('float32', input, [1, input.length]),
      state: this.#state,
      sr: this.#rate,
    });
    if (!output || !stateN) throw new Error('The net lacks its outputs');
    this.#state = stateN;
    this.#context = input.slice(-silero.context);
    return Number(output.data[0]);
  }
}

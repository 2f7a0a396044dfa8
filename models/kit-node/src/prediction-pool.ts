import { PredictionProcess } from './prediction-process.ts';
import type { FromProcess, PredictOrder } from './process-messages.ts';

/**
 * At most `size` prediction processes. The first starts at once; another only when all are at work,
 * so that a model that is asked for one object at a time costs the memory of one.
 */
export class PredictionPool {
  readonly #predictor: URL;
  readonly #size: number;
  readonly #idle: PredictionProcess[] = [];
  readonly #all = new Set<PredictionProcess>();
  #taken = 0;

  constructor(predictor: URL, size: number) {
    this.#predictor = predictor;
    this.#size = size;
  }

  /** How many places are taken. */
  get taken(): number {
    return this.#taken;
  }

  get busy(): boolean {
    return this.#taken >= this.#size;
  }

  /** Starts the first process; rejects when the predictor can't be loaded or its `init` throws. */
  async start(): Promise<void> {
    this.#idle.push(await this.#startProcess());
  }

  /** A place for one prediction, or undefined when there is none. Call the returned function to give it back. */
  take(): (() => void) | undefined {
    if (this.busy) return undefined;
    this.#taken += 1;
    let given = false;
    return () => {
      if (!given) this.#taken -= 1;
      given = true;
    };
  }

  /** Predicts in an idle process; for whoever has taken a place. */
  async predict(order: PredictOrder, signal: AbortSignal): Promise<FromProcess> {
    const process = this.#takeLiving() ?? (await this.#startProcess());
    const message = await process.predict(order, signal);
    if (process.alive) this.#idle.push(process);
    else await this.#remove(process);
    return message;
  }

  async end(): Promise<void> {
    await Promise.all([...this.#all].map((process) => process.end()));
  }

  #takeLiving(): PredictionProcess | undefined {
    for (let process = this.#idle.pop(); process; process = this.#idle.pop()) {
      if (process.alive) return process;
      void this.#remove(process);
    }
    return undefined;
  }

  async #remove(process: PredictionProcess) {
    this.#all.delete(process);
    await process.end();
  }

  async #startProcess(): Promise<PredictionProcess> {
    const process = new PredictionProcess(this.#predictor);
    this.#all.add(process);
    await process.start();
    return process;
  }
}

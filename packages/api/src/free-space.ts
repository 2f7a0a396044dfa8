import { statfs } from 'node:fs/promises';
import { AppError } from '@assay/shared';

const remeasureBytes = 32 * 2 ** 20;
const remeasureMilliseconds = 1000;
const advice = 'Free some space, or tell who runs this Assay';

/** Whether the file system refused to write for lack of space. */
export const isDiskFull = (error: unknown) =>
  error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(error.code));

/** What an upload has asked for and not yet sent. */
export interface SpaceClaim {
  /** So many bytes more have come. A promise means: wait for it before writing on; rejects with `storage_full`. */
  take(bytes: number): Promise<void> | undefined;
  release(): void;
}

/** Keeps the store's disk from filling: all uploads of this process share what is free above the reserve. */
export class FreeSpace {
  readonly #measure: () => Promise<number>;
  readonly #minFreeBytes: number;
  /** Promised to uploads that run and not yet taken. */
  #claimed = 0;
  #free = 0;
  #measuredAt = Number.NEGATIVE_INFINITY;
  #takenSince = 0;

  /** `measure` tells how many bytes are free now. */
  constructor(measure: () => Promise<number>, minFreeBytes: number) {
    this.#measure = measure;
    this.#minFreeBytes = minFreeBytes;
  }

  /** Sets `bytes` aside (0: of unknown length). Throws `storage_full` when they are not there. */
  async claim(bytes: number): Promise<SpaceClaim> {
    if (performance.now() - this.#measuredAt > remeasureMilliseconds) await this.#remeasure();
    const limit = Math.max(0, this.#available() - this.#claimed);
    if (bytes > limit || this.#available() < 0) {
      const message = `The store has ${limit} bytes left for uploads, and this one has ${bytes || 'no known number'}. ${advice}`;
      throw AppError.of({ code: 'storage_full', message, limit });
    }
    this.#claimed += bytes;
    let left = bytes;
    return {
      take: (taken) => {
        const ofClaim = Math.min(left, taken);
        left -= ofClaim;
        this.#claimed -= ofClaim;
        this.#takenSince += taken;
        if (this.#takenSince < remeasureBytes) return undefined;
        return this.#remeasure().then(() => this.#refuseWhenFull());
      },
      release: () => {
        this.#claimed -= left;
        left = 0;
      },
    };
  }

  async #remeasure(): Promise<void> {
    this.#takenSince = 0;
    this.#free = await this.#measure();
    this.#measuredAt = performance.now();
  }

  #available(): number {
    return this.#free - this.#takenSince - this.#minFreeBytes;
  }

  #refuseWhenFull(): void {
    if (this.#available() >= 0) return;
    const limit = this.#minFreeBytes;
    const message = `The store is full: ${limit} bytes of its disk have to stay free. ${advice}`;
    throw AppError.of({ code: 'storage_full', message, limit });
  }
}

/** Of the disk that a folder lies on, as people who are not root see it. */
export async function measureFreeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

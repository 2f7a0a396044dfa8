import { hash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageFault } from '../usage-fault.ts';

/** The ids of uploads that were begun and not finished, a small file for each, so that a later command goes on with them. */
export class UnfinishedUploads {
  readonly #folder: string;

  /** Throws a UsageFault when nothing can be kept there. */
  static async open(folder: string): Promise<UnfinishedUploads> {
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw new UsageFault(
        `Interrupted uploads can't be remembered in ${folder}: set XDG_STATE_HOME to a folder of yours (${error})`,
      );
    });
    return new UnfinishedUploads(folder);
  }

  private constructor(folder: string) {
    this.#folder = folder;
  }

  async find(about: unknown): Promise<string | undefined> {
    const id = await readFile(this.#fileOf(about), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    return id || undefined;
  }

  remember(about: unknown, id: string): Promise<void> {
    return writeFile(this.#fileOf(about), id);
  }

  forget(about: unknown): Promise<void> {
    return rm(this.#fileOf(about), { force: true });
  }

  /** An upload can be gone on with when everything about it is the same: server, bytes, name, models. */
  #fileOf(about: unknown): string {
    return join(this.#folder, hash('sha256', JSON.stringify(about)));
  }
}

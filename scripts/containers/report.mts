// What a person sees of the check: each step when it begins and ends, and all of them once more at the end.

interface Step {
  title: string;
  seconds: number;
  said: string;
  fault?: string;
}

const stillThere = 20_000;

export class Report {
  readonly #steps: Step[] = [];
  readonly #began = performance.now();

  get failed(): boolean {
    return this.#steps.some(({ fault }) => fault !== undefined);
  }

  /**
   * Does it and says how it went: in the words that `act` returns, or those of what it throws. `say` tells how far it is.
   * Undefined: it failed.
   */
  async step(title: string, act: (say: (text: string) => void) => Promise<string>): Promise<string | undefined> {
    const began = performance.now();
    const secondsSince = (start: number) => Math.round((performance.now() - start) / 1000);
    let now = '';
    console.log(`… ${title}`);
    const reminder = setInterval(() => console.log(`    ${secondsSince(began)} s ${now}`), stillThere);
    try {
      const said = await act((text) => {
        now = text.slice(0, 110);
      });
      this.#steps.push({ title, seconds: secondsSince(began), said });
      console.log(`✓ ${title}: ${said} (${secondsSince(began)} s)`);
      return said;
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      this.#steps.push({ title, seconds: secondsSince(began), said: '', fault });
      console.log(`✗ ${title} (${secondsSince(began)} s)\n    ${fault.replaceAll('\n', '\n    ')}`);
      return undefined;
    } finally {
      clearInterval(reminder);
    }
  }

  /** The sum, a line a step. */
  summarize(): void {
    console.log('\nSummary');
    const width = Math.max(...this.#steps.map(({ title }) => title.length));
    for (const { title, seconds, said, fault } of this.#steps)
      console.log(
        `  ${fault === undefined ? '✓' : '✗'} ${title.padEnd(width)} ${String(seconds).padStart(4)} s  ${fault === undefined ? said : (fault.split('\n')[0] ?? '')}`,
      );
    const faults = this.#steps.filter(({ fault }) => fault !== undefined).length;
    const minutes = ((performance.now() - this.#began) / 60_000).toFixed(1);
    console.log(`${this.#steps.length - faults} passed, ${faults} failed, in ${minutes} minutes`);
  }
}

/** The short lines that a person sees while Assay starts, runs and stops. */
export interface Terminal {
  /** Something that lasts: a line that the next replaces on a terminal, and a plain line when it changes elsewhere. */
  progress(text: string): void;
  say(text: string): void;
  warn(text: string): void;
}

export function openTerminal(out: NodeJS.WriteStream = process.stdout): Terminal {
  const live = out.isTTY;
  let current = '';
  const clear = () => {
    if (live && current) out.write('\r\x1b[K');
  };
  const print = (text: string) => {
    clear();
    out.write(`${text}\n`);
    if (live && current) out.write(current);
  };
  return {
    progress(text) {
      if (text === current) return;
      clear();
      current = live ? text.slice(0, (out.columns ?? 80) - 1) : text;
      if (current) out.write(live ? current : `${current}\n`);
    },
    say(text) {
      clear();
      current = '';
      out.write(`${text}\n`);
    },
    warn: print,
  };
}

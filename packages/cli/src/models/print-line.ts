import { z } from 'zod';

const lineSchema = z.object({
  level: z.enum(['info', 'warn', 'error']),
  message: z.string(),
  detail: z.string().optional(),
  stack: z.string().optional(),
  url: z.string().optional(),
  name: z.string().optional(),
  version: z.string().optional(),
});

/** Prints a line of a model's log for people: the kits' own lines are JSON, and the model's are as they are. */
export function printLine(line: string): void {
  const said = lineSchema.safeParse(parse(line)).data;
  if (!said) console.error(line);
  else if (said.url) {
    console.log(`${said.name} ${said.version} listens on ${said.url}. Ctrl-C stops it.`);
  } else {
    const what = [said.message, said.detail].filter(Boolean).join(': ');
    console.error(`${said.level}: ${what}${said.stack ? `\n${said.stack.trimEnd()}` : ''}`);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

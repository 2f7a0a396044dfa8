import { z } from 'zod';
import { AssayError } from '../client/assay-error.ts';
import { openTerminal } from '../terminal.ts';
import { UsageFault } from '../usage-fault.ts';
import { checkModel } from './check/check-model.ts';
import { printEnding, printResult } from './check/print-report.ts';

interface CheckCommandOptions {
  sample?: string;
  timeout?: string;
  json?: boolean;
}

/** 0: it keeps to the protocol. 1: some check failed. 2: nobody answers there, or the command is not right. */
type ExitCode = 0 | 1 | 2;

/** `assay models check`. Says on standard error why, when nothing could be checked. */
export async function check(url: string, options: CheckCommandOptions): Promise<ExitCode> {
  try {
    return await checkAndTell(url, options);
  } catch (error) {
    if (!(error instanceof UsageFault || error instanceof AssayError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

const schema = z.object({
  URL: z.url({ protocol: /^https?$/, error: 'must be a URL such as http://localhost:8000' }),
  '--timeout': z.coerce.number('must be a number of seconds').positive('must be above 0').max(86_400).optional(),
});

async function checkAndTell(url: string, { sample, timeout, json }: CheckCommandOptions): Promise<ExitCode> {
  const read = schema.safeParse({ URL: url, '--timeout': timeout });
  if (!read.success)
    throw new UsageFault(read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('\n'));
  const terminal = openTerminal();
  const live = !json && process.stdout.isTTY;
  const report = await checkModel(url, {
    sample,
    limitSeconds: read.data['--timeout'],
    ...(live && { onStart: (asked) => terminal.progress(`${asked} …`) }),
    ...(!json && { onResult: (result) => terminal.say(printResult(result)) }),
  });
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : printEnding(report)}\n`);
  return report.passed ? 0 : 1;
}

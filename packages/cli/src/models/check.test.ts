import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { findFreePort } from '@assay/db';
import { expect, type TestContext, test } from 'vitest';
import { checkout } from '../checkout.ts';
import { type Behaviour, refuse, startTinyServer } from './check/fixtures/tiny-server.ts';

async function runCheck({ onTestFinished }: TestContext, ...args: string[]) {
  const child = spawn(process.execPath, [checkout.main, 'models', 'check', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [[code], out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { code, out, err };
}

async function start({ onTestFinished }: TestContext, behaviour: Partial<Behaviour> = {}): Promise<string> {
  const server = await startTinyServer(behaviour);
  onTestFinished(server.close);
  return server.url;
}

const bad: Partial<Behaviour> = { refuseBusy: (response) => refuse(response, 503, 'Busy \x1b[2J') };

test.concurrent('exit code 0 and a report for people', async (context) => {
  const { code, out } = await runCheck(context, await start(context));
  expect(code).toBe(0);
  expect(out).toMatch(/keeps to the protocol: 12 passed, 0 failed, 0 not checked, in \d/);
});

test.concurrent('exit code 1, what to mend, and nothing of the model reaches the terminal as a command', async (context) => {
  const { code, out } = await runCheck(context, await start(context, bad));
  expect(code).toBe(1);
  expect(out).toContain('fix    Send Retry-After with 503, in seconds');
  expect(out).not.toContain('\x1b');
});

test.concurrent('--json is the report', async (context) => {
  const { code, out } = await runCheck(context, await start(context, bad), '--json');
  expect(code).toBe(1);
  const report = JSON.parse(out) as { passed: boolean; results: { name: string; outcome: string }[] };
  expect(report.passed).toBe(false);
  expect(report.results.filter(({ outcome }) => outcome === 'failed')).toMatchObject([{ name: 'at_once' }]);
});

test.concurrent('exit code 2 when nobody listens there or the command is not right', async (context) => {
  const [nobody, noUrl, noNumber] = await Promise.all([
    runCheck(context, `http://127.0.0.1:${await findFreePort()}`),
    runCheck(context, 'model.local'),
    runCheck(context, 'http://127.0.0.1', '--timeout', 'long'),
  ]);
  expect([nobody.code, noUrl.code, noNumber.code]).toEqual([2, 2, 2]);
  expect(nobody.err).toMatch(/can't be reached: nobody listens there/);
  expect(noUrl.err).toContain('URL must be a URL such as');
  expect(noNumber.err).toContain('--timeout must be a number of seconds');
});

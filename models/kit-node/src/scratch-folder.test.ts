import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { makeScratchFolder } from './scratch-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'kit-test-'));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

test('what a killed server left behind goes; what belongs to a living one or to another model stays', async () => {
  vi.stubEnv('TMPDIR', root);
  const { pid: dead } = spawnSync(process.execPath, ['-e', '']);
  const ofThisServer = await makeScratchFolder('one');
  const [left, leftUnderThisNumber, living, other] = [
    `assay-one-${dead}-abc`,
    `assay-one-${process.pid}-abc`,
    `assay-one-${process.ppid}-abc`,
    `assay-one_more-${dead}-abc`,
  ].map((name) => join(root, name)) as [string, string, string, string];
  for (const folder of [left, leftUnderThisNumber, living, other]) {
    mkdirSync(folder);
    writeFileSync(join(folder, '1'), 'an object');
  }
  const made = await makeScratchFolder('one');
  for (const folder of [left, leftUnderThisNumber]) expect(existsSync(folder), folder).toBe(false);
  for (const folder of [ofThisServer, living, other, made]) expect(existsSync(folder), folder).toBe(true);
});

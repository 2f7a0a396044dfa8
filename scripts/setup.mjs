// Brings what a start needs and a clone lacks: the packages (with Node 24 and PostgreSQL among them), by the pinned
// pnpm, and the built SPA. Runs on the machine's own Node before anything is installed, so it is plain JavaScript.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashFiles, listFiles, listManifests } from './setup/fingerprint.mjs';
import { takeSetupLock } from './setup/lock.mjs';
import { startProgress } from './setup/progress.mjs';
import { runStep, stopWithParent } from './setup/step.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules/.cache/assay');
const logFile = join(resolve(root, process.env.ASSAY_DATA_DIR || '.data'), 'logs/install.log');
const binaries = join(root, 'node_modules/.bin');

const install = {
  title: 'Installing packages',
  stamp: join(cache, 'installed'),
  product: join(binaries, 'node'),
  fingerprint: () =>
    hashFiles(
      root,
      ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...listManifests(root)],
      process.platform,
      process.arch,
    ),
  command: () => ['npx', ['--yes', pinnedPnpm(), 'install', '--frozen-lockfile', '--reporter=append-only'], root],
  readProgress: (line) => {
    const [, all, done] = line.match(/^Progress: resolved (\d+), .*added (\d+)/) ?? [];
    if (all) return `${done} of ${all}`;
    return /(?:pre|post)?install\$ /.test(line) ? 'running install scripts' : undefined;
  },
};

const build = {
  title: 'Building the web pages',
  stamp: join(cache, 'built'),
  product: join(root, 'packages/web/dist/index.html'),
  fingerprint: () =>
    hashFiles(root, ['pnpm-lock.yaml', ...listFiles(root, 'packages/web'), ...listFiles(root, 'packages/shared/src')]),
  command: () => [join(root, 'packages/web/node_modules/.bin/vite'), ['build'], join(root, 'packages/web')],
  readProgress: () => undefined,
};

const isDone = (step) =>
  existsSync(step.product) && existsSync(step.stamp) && readFileSync(step.stamp, 'utf8') === step.fingerprint();

function pinnedPnpm() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager;
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}

/** True when the step's product is there, whether it was or has been made now. */
async function doStep(step) {
  if (isDone(step)) return true;
  // Taken before the work: what changes meanwhile is done again next time.
  const fingerprint = step.fingerprint();
  rmSync(step.stamp, { force: true });
  const progress = startProgress(step.title);
  const [command, args, cwd] = step.command();
  const { code, last } = await runStep(command, args, {
    cwd,
    logFile,
    // Nobody answers a question that pnpm might ask, and nobody looks at colours in a file.
    env: { ...process.env, CI: 'true', NO_COLOR: '1', PATH: `${binaries}${delimiter}${process.env.PATH}` },
    onLine: (line) => {
      const said = step.readProgress(line);
      if (said) progress.say(said);
    },
  });
  if (code === 0 && existsSync(step.product)) {
    writeFileSync(step.stamp, fingerprint);
    progress.end('done');
    return true;
  }
  progress.end('failed');
  fail([...last.map((line) => `  ${line}`), `${step.title} failed. The full log is ${logFile}`].join('\n'));
  return false;
}

function makeFolders() {
  for (const folder of [cache, join(logFile, '..')]) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o711 });
    } catch (error) {
      fail(`${folder} can't be made (${error.code}), and Assay needs it to set itself up.`);
      return false;
    }
  }
  return true;
}

async function setUp() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    return fail(`Assay needs Node 20 or newer to set itself up; this is ${process.version}.`);
  }
  if (isDone(install) && isDone(build)) return;
  if (!makeFolders()) return;
  const release = await takeSetupLock(join(cache, 'setup.lock'), (pid) =>
    process.stderr.write(`Waiting for another setup of this checkout (process ${pid})…\n`),
  );
  stopWithParent(release);
  try {
    if (await doStep(install)) await doStep(build);
  } finally {
    release();
  }
}

await setUp();

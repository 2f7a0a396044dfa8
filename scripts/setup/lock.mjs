import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const beat = 2000;
const staleAfter = 15_000;

/** Waits until no other setup works on this checkout. The returned function gives the lock back. */
export async function takeSetupLock(file, onWait) {
  for (let told = false; !make(file); ) {
    const holder = readHolder(file);
    if (!holder) continue;
    if (holder.stale) {
      removeStale(file, holder.pid);
      continue;
    }
    if (!told) onWait(holder.pid);
    told = true;
    await sleep(500);
  }
  const heart = setInterval(() => touch(file), beat);
  heart.unref();
  return () => {
    clearInterval(heart);
    rmSync(file, { force: true });
  };
}

function make(file) {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

function readHolder(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    const silent = Date.now() - statSync(file).mtimeMs;
    return { pid, stale: silent > staleAfter || (pid > 0 && !isAlive(pid)) };
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Another waiter may have replaced the stale lock between our look and our move: then it gets its own back. */
function removeStale(file, pid) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (Number(readFileSync(aside, 'utf8')) !== pid) linkSync(aside, file);
    rmSync(aside);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Taken away by a setup that thought us dead; it has the lock now.
  }
}

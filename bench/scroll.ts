/// <reference lib="dom" />
import { readFile } from 'node:fs/promises';
import { chromium, type Page } from '@playwright/test';
import { startWithObjects } from './many-objects.ts';

/** Of a screen with 60 frames a second, with a millisecond for how exactly the browser tells the time. */
const oneFrame = 1000 / 60 + 1;
const twoFrames = 2000 / 60 + 1;

interface Frames {
  frames: number;
  /** Milliseconds from one frame to the next. */
  p50: number;
  p95: number;
  longest: number;
  /** Of the frames, those that took longer than one and two frames of the screen, in per cent. */
  over17: number;
  over33: number;
}

export interface ScrollFigures {
  objects: number;
  loadSeconds: number;
  /** A page that does nothing: what the machine and the browser do by themselves. */
  idle: Frames;
  grid: Frames;
  table: Frames;
  /** From the beginning, while pages of objects come in. */
  loading: Frames;
}

interface ScrollSize {
  objects: number;
  seconds: number;
  /** Pixels a second. */
  speed: number;
  browser: string;
}

/** Frames of a real browser while what was found is scrolled, all of it in the list, with a picture in each cell that has one. */
export async function measureScroll(size: ScrollSize, tell: (what: string) => void): Promise<ScrollFigures> {
  const assay = await startWithObjects(size.objects, tell);
  const browser = await chromium.launch({ executablePath: size.browser, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ baseURL: assay.url, viewport: { width: 1440, height: 900 } });
    const signIn = { data: assay.administrator, headers: { origin: assay.url } };
    await page.request.post('/api/auth/sign-in/username', signIn);
    const picture = await readFile(new URL('../samples/astronaut.jpg', import.meta.url));
    await page.route('**/thumbnail', (route) => route.fulfill({ body: picture, contentType: 'image/jpeg' }));
    await page.goto('/models');
    const idle = await trace(page, { ...size, speed: 0 });
    await page.goto('/objects');
    await page.getByRole('region', { name: 'Objects found' }).getByRole('listitem').first().waitFor();
    tell('scrolling while pages come in');
    const loading = await trace(page, size);
    tell('bringing all of them into the list');
    const began = performance.now();
    const objects = await loadAll(page, size.objects);
    const loadSeconds = Math.round((performance.now() - began) / 1000);
    tell('scrolling the grid');
    const grid = await trace(page, size);
    tell('scrolling the table');
    await page.keyboard.press('v');
    await page.waitForURL(/as=table/);
    const table = await trace(page, size);
    return { objects, loadSeconds, idle, grid, table, loading };
  } finally {
    await browser.close();
    await assay.stop();
  }
}

/** To the end of the list, again and again, until it grows no more. */
async function loadAll(page: Page, objects: number): Promise<number> {
  const list = page.getByRole('region', { name: 'Objects found' });
  return list.evaluate(async (scroller, most) => {
    const shown = () => Number([...scroller.querySelectorAll('li')].at(-1)?.ariaPosInSet ?? 0);
    for (const until = performance.now() + 400_000; performance.now() < until && shown() < most; ) {
      scroller.scrollTop = scroller.scrollHeight;
      await new Promise(requestAnimationFrame);
    }
    const all = shown();
    scroller.scrollTop = scroller.scrollHeight / 2;
    return all;
  }, objects);
}

async function trace(page: Page, { seconds, speed }: Pick<ScrollSize, 'seconds' | 'speed'>): Promise<Frames> {
  // Pictures that were asked for on the way come first: each goes through this process.
  await page.waitForFunction(() => !document.querySelector('[aria-label="Objects found"] img[data-state=loading]'));
  const times = await page.evaluate(
    async ([milliseconds, pixels]) => {
      const scroller = document.querySelector('[aria-label="Objects found"]');
      const times: number[] = [];
      let last = await new Promise<number>(requestAnimationFrame);
      for (const end = last + milliseconds; last < end; ) {
        const now = await new Promise<number>(requestAnimationFrame);
        scroller?.scrollBy(0, ((now - last) * pixels) / 1000);
        times.push(now - last);
        last = now;
      }
      return times;
    },
    [seconds * 1000, speed] as const,
  );
  const sorted = times.sort((a, b) => a - b);
  const at = (percent: number) => round(sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0);
  const share = (limit: number) => round((100 * sorted.filter((time) => time > limit).length) / sorted.length);
  return {
    frames: sorted.length,
    ...{ p50: at(50), p95: at(95), longest: at(100), over17: share(oneFrame), over33: share(twoFrames) },
  };
}

const round = (n: number) => Math.round(n * 10) / 10;

export function printScroll({ objects, loadSeconds, ...traces }: ScrollFigures): void {
  console.log(`${objects} objects in the list after ${loadSeconds} s`);
  console.log(`${''.padEnd(10)} frames  p50 ms  p95 ms  longest  over 16.7 ms  over 33 ms`);
  for (const [name, { frames, p50, p95, longest, over17, over33 }] of Object.entries(traces))
    console.log(
      `${name.padEnd(10)} ${String(frames).padStart(6)}  ${String(p50).padStart(6)}  ${String(p95).padStart(6)}  ${String(longest).padStart(7)}  ${`${over17} %`.padStart(12)}  ${`${over33} %`.padStart(10)}`,
    );
}

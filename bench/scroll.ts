/// <reference lib="dom" />
import { readFile } from 'node:fs/promises';
import { type Browser, chromium, type Page } from '@playwright/test';
import sharp from 'sharp';
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

interface Scrolled {
  /** What reaches the screen: what is drawn already is moved there whatever the page's own thread does. */
  screen: Frames;
  /** What the page's own thread makes: it draws what comes into sight. */
  page: Frames;
  /** Of the page's frames, those before which something in sight was not drawn yet, in per cent. */
  blank: number;
}

export interface ScrollFigures {
  objects: number;
  loadSeconds: number;
  /** A page that does nothing: what the machine and the browser do by themselves. */
  idle: Frames;
  grid: Scrolled;
  table: Scrolled;
  /** From the beginning, while pages of objects come in. */
  loading: Scrolled;
}

interface ScrollSize {
  objects: number;
  seconds: number;
  /** Pixels a second. */
  speed: number;
  browser: string;
}

/**
 * Frames of a real browser, which draws by processor, while what was found is scrolled by wheel, all of it in the list, with
 * a picture in each cell that has one.
 */
export async function measureScroll(size: ScrollSize, tell: (what: string) => void): Promise<ScrollFigures> {
  const assay = await startWithObjects(size.objects, tell);
  const browser = await chromium.launch({ executablePath: size.browser, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ baseURL: assay.url, viewport: { width: 1440, height: 900 } });
    const signIn = { data: assay.administrator, headers: { origin: assay.url } };
    await page.request.post('/api/auth/sign-in/username', signIn);
    const picture = await makeThumbnail();
    await page.route('**/thumbnail', (route) => route.fulfill({ body: picture, contentType: 'image/webp' }));
    await page.goto('/models');
    const idle = await measureIdle(page, size.seconds);
    await page.goto('/objects');
    await page.getByRole('region', { name: 'Objects found' }).getByRole('listitem').first().waitFor();
    tell('scrolling while pages come in');
    const loading = await measureWheel(browser, page, size);
    tell('bringing all of them into the list');
    const began = performance.now();
    const objects = await loadAll(page, size.objects);
    const loadSeconds = Math.round((performance.now() - began) / 1000);
    tell('scrolling the grid');
    const grid = await measureWheel(browser, page, size);
    tell('scrolling the table');
    await page.keyboard.press('v');
    await page.waitForURL(/as=table/);
    const table = await measureWheel(browser, page, size);
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

/** As a worker makes it: the bench's objects have no bytes. */
async function makeThumbnail(): Promise<Buffer> {
  const picture = await readFile(new URL('../samples/astronaut.jpg', import.meta.url));
  return sharp(picture).resize(320, 320, { fit: 'inside' }).webp({ quality: 72, effort: 2 }).toBuffer();
}

async function measureIdle(page: Page, seconds: number): Promise<Frames> {
  await watchPage(page);
  await page.waitForTimeout(seconds * 1000);
  return summarise((await endWatch(page)).times);
}

async function measureWheel(
  browser: Browser,
  page: Page,
  { seconds, speed }: Pick<ScrollSize, 'seconds' | 'speed'>,
): Promise<Scrolled> {
  // Pictures that were asked for on the way come first: each goes through this process.
  await page.waitForFunction(() => !document.querySelector('[aria-label="Objects found"] img[data-state=loading]'));
  const input = await page.context().newCDPSession(page);
  await browser.startTracing(page, { categories: ['viz'] });
  await watchPage(page);
  await input.send('Input.synthesizeScrollGesture', {
    ...{ x: 800, y: 600, yDistance: -seconds * speed, speed, gestureSourceType: 'mouse' },
  });
  const { times, blank } = await endWatch(page);
  const drawn = readDrawn(await browser.stopTracing());
  await input.detach();
  return { screen: summarise(drawn), page: summarise(times), blank: round((100 * blank) / times.length) };
}

interface TraceEvent {
  name: string;
  ph: string;
  /** Microseconds. */
  ts: number;
}

/** When a frame reached the screen, in milliseconds. */
function readDrawn(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(String(trace)) as { traceEvents: TraceEvent[] };
  const drawn = traceEvents.filter(({ name, ph }) => name === 'Display::DrawAndSwap' && ph === 'X');
  if (drawn.length < 2) throw new Error('The trace of this browser says nothing of its frames');
  return drawn.map(({ ts }) => ts / 1000).sort((a, b) => a - b);
}

interface Watch {
  /** Of each of the page's frames, in milliseconds. */
  times: number[];
  /** How often something was in sight that was not there. */
  blank: number;
  end: () => void;
}
declare global {
  interface Window {
    watch: Watch | undefined;
  }
}

async function watchPage(page: Page): Promise<void> {
  await page.evaluate(() => {
    const scroller = document.querySelector('[aria-label="Objects found"]');
    // Before the list itself is told how far it was scrolled meanwhile.
    const look = () => {
      const edges = [...(scroller?.querySelectorAll('li') ?? [])].map((li) => li.getBoundingClientRect().bottom);
      const { bottom = 0 } = scroller?.getBoundingClientRect() ?? {};
      if (Math.max(...edges) < bottom) watch.blank += 1;
    };
    const watch: Watch = { times: [], blank: 0, end: () => window.removeEventListener('scroll', look, true) };
    window.watch = watch;
    window.addEventListener('scroll', look, true);
    const step = (now: number) => {
      watch.times.push(now);
      if (window.watch === watch) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
}

const endWatch = (page: Page) =>
  page.evaluate(() => {
    const { times, blank, end } = window.watch ?? { times: [], blank: 0 };
    end?.();
    window.watch = undefined;
    return { times, blank };
  });

function summarise(moments: number[]): Frames {
  const times = moments.slice(1).map((moment, i) => moment - (moments[i] ?? moment));
  const sorted = times.sort((a, b) => a - b);
  const at = (percent: number) => round(sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0);
  const share = (limit: number) => round((100 * sorted.filter((time) => time > limit).length) / sorted.length);
  return {
    frames: sorted.length,
    ...{ p50: at(50), p95: at(95), longest: at(100), over17: share(oneFrame), over33: share(twoFrames) },
  };
}

const round = (n: number) => Math.round(n * 10) / 10;

export function printScroll({ objects, loadSeconds, idle, ...scrolled }: ScrollFigures): void {
  console.log(`${objects} objects in the list after ${loadSeconds} s`);
  console.log(`${''.padEnd(16)} frames  p50 ms  p95 ms  longest  over 16.7 ms  over 33 ms  blank`);
  printFrames('idle', idle);
  for (const [name, { screen, page, blank }] of Object.entries(scrolled)) {
    printFrames(`${name}, screen`, screen);
    printFrames(`${name}, page`, page, `${blank} %`);
  }
}

function printFrames(name: string, { frames, p50, p95, longest, over17, over33 }: Frames, blank = ''): void {
  const columns = [
    [frames, 6],
    [p50, 6],
    [p95, 6],
    [longest, 7],
    [`${over17} %`, 12],
    [`${over33} %`, 10],
    [blank, 5],
  ] as const;
  console.log(name.padEnd(16), columns.map(([value, width]) => String(value).padStart(width)).join('  '));
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeImage } from '@assay/kit-image';
import sharp, { type Sharp } from 'sharp';
import { joinText, maxSide, readRows } from './read-rows.ts';

/*
 * Renders texts as pictures, reads them, and prints the share of characters that are wrong (edit distance over length), with
 * and without spaces. Needs the fonts that it names (Debian: fonts-dejavu-core, fonts-liberation, fonts-wqy-zenhei).
 */
const english = [
  'Meeting on 14 March 2026 at 17:45, platform 9.',
  'Please transfer EUR 12,450.00 to the account',
  'NL91 ABNA 0417 1643 00 before Friday night.',
  'Write to anna.keller@example.org or call',
  '+31 10 555 0187; the password is Xk7_qR!92b.',
  'Nobody else knows about the grey van (AB-123-C).',
];
const chinese = ['请在星期五之前付款', '会议时间是三月十四日下午五点', '电话 010-5550187 联系人 王小明'];
const accents = [
  'Größe über Straße, fünf Äpfel für Jürgen',
  'Élève très gêné, garçon à l’hôtel',
  'Señor Muñoz, mañana a las ocho',
];
const cyrillic = ['Встреча в пятницу вечером', 'Никто не знает о сером фургоне'];

interface Look {
  lines?: string[];
  font?: string;
  size?: number;
  /** From line to line, in sizes. */
  leading?: number;
  style?: string;
  ink?: string;
  paper?: string;
  turn?: number;
  /** A photograph behind the text. */
  behind?: URL;
  finish?: (picture: Sharp) => Sharp;
}

async function render({
  lines = english,
  font = 'DejaVu Sans',
  size = 24,
  leading = 1.6,
  style = '',
  ink = '#111',
  ...look
}: Look) {
  const width = Math.ceil(size * (0.72 * Math.max(...lines.map((line) => line.length)) + 3));
  const height = Math.ceil(size * (leading * lines.length + 2));
  const spans = lines.map(
    (line, i) => `<text x="${size * 1.5}" y="${size * (2 + leading * i)}">${line.replaceAll('&', '&amp;')}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <g font-family="${font}" font-size="${size}" fill="${ink}" style="${style}">${spans.join('')}</g></svg>`;
  const ground = look.behind
    ? sharp(fileURLToPath(look.behind)).resize(width, height, { fit: 'cover' })
    : sharp({ create: { width, height, channels: 3, background: look.paper ?? 'white' } });
  const flat = await ground
    .composite([{ input: Buffer.from(svg) }])
    .png()
    .toBuffer();
  const turned = await sharp(flat)
    .rotate(look.turn ?? 0, { background: look.paper ?? 'white' })
    .png()
    .toBuffer();
  return (look.finish ?? ((picture) => picture.png()))(sharp(turned)).toBuffer();
}

const photo = (name: string) => new URL(`../../samples/${name}`, import.meta.url);
const jpeg = (quality: number) => (picture: Sharp) => picture.jpeg({ quality });
const looks: [string, Look][] = [
  ['DejaVu Sans, 24 px', {}],
  ['DejaVu Serif', { font: 'DejaVu Serif' }],
  ['Liberation Sans, bold', { font: 'Liberation Sans', style: 'font-weight: bold' }],
  ['Liberation Serif, italic', { font: 'Liberation Serif', style: 'font-style: italic' }],
  ['Liberation Mono', { font: 'Liberation Mono' }],
  ['10 px', { size: 10 }],
  ['13 px', { size: 13 }],
  ['16 px', { size: 16 }],
  ['64 px', { size: 64 }],
  ['lines close together', { leading: 1.15 }],
  ['light on dark', { ink: '#ddd', paper: '#1a1b1e' }],
  ['grey on white', { ink: '#999' }],
  ['JPEG, quality 50', { finish: jpeg(50) }],
  ['JPEG, quality 15', { finish: jpeg(15) }],
  ['13 px, JPEG, quality 50', { size: 13, finish: jpeg(50) }],
  ['blurred (1.5 px)', { finish: (picture) => picture.blur(1.5).png() }],
  ['turned by 5°', { turn: 5 }],
  ['turned by 20°', { turn: 20 }],
  ['turned by 90°', { turn: 90 }],
  ['turned by 180°', { turn: 180 }],
  ['turned by 270°', { turn: 270 }],
  ['on a photograph of a cup', { behind: photo('coffee.gif'), ink: 'white', size: 32, finish: jpeg(80) }],
  ['on a portrait', { behind: photo('astronaut.jpg'), ink: 'yellow', size: 32, finish: jpeg(80) }],
  ['Chinese', { lines: chinese, font: 'WenQuanYi Zen Hei', size: 32 }],
  ['accents', { lines: accents }],
  ['Cyrillic', { lines: cyrillic }],
];

function countEdits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const share = (truth: string, found: string) => `${((100 * countEdits(truth, found)) / truth.length).toFixed(1)} %`;
const close = (text: string) => text.replaceAll(/\s/g, '');

// kit-image forbids it, rightly.
sharp.unblock({ operation: ['VipsForeignLoadSvg'] });
const folder = await mkdtemp(join(tmpdir(), 'evaluate-text-'));
try {
  for (const [name, look] of looks) {
    const path = join(folder, 'picture');
    await writeFile(path, await render(look));
    const began = process.cpuUsage().user;
    const found = joinText(await readRows(await decodeImage(path, { maxSide }), new AbortController().signal));
    const seconds = ((process.cpuUsage().user - began) / 1e6).toFixed(1);
    const truth = (look.lines ?? english).join('\n');
    console.log(`| ${name} | ${share(truth, found)} | ${share(close(truth), close(found))} | ${seconds} s |`);
  }
} finally {
  await rm(folder, { recursive: true });
}

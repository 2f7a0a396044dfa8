import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { detectFileType } from '@assay/storage';

const classes = ['image', 'video', 'audio', 'text', 'other'] as const;
type Class = (typeof classes)[number];

interface Label {
  path: string;
  class: Class;
  tier: string;
}

interface Answer extends Label {
  answer: Class;
  mime: string;
  milliseconds: number;
}

interface Count {
  files: number;
  right: number;
  /** A fraction. */
  accuracy: number;
}

/** The counts are of the tier `core`, but for `tiers`. */
export interface MediaTypesReport extends Count {
  byClass: Record<Class, Count>;
  /** From the label's class to the answer's. */
  confusion: Record<Class, Record<Class, number>>;
  wrong: { path: string; class: Class; answer: Class; mime: string }[];
  tiers: Record<string, Count>;
  millisecondsPerFile: { mean: number; median: number; p99: number; slowest: number };
}

/** Tells the type of every file of a corpus, as an upload would, and compares it with its label. */
export async function measureMediaTypes(corpus: string, labels: string): Promise<MediaTypesReport> {
  const labelled = await readLabels(labels);
  const root = await findRoot(corpus, labelled);
  const answers: Answer[] = [];
  for (const label of labelled) answers.push(await ask(root, label));
  const core = answers.filter(({ tier }) => tier === 'core');
  const tiers = [...new Set(answers.map(({ tier }) => tier))];
  const of = (wanted: Class) => core.filter((answer) => answer.class === wanted);
  return {
    ...count(core),
    byClass: mapClasses((wanted) => count(of(wanted))),
    confusion: mapClasses((wanted) => mapClasses((said) => of(wanted).filter(({ answer }) => answer === said).length)),
    wrong: core
      .filter((answer) => answer.answer !== answer.class)
      .map(({ path, class: wanted, answer, mime }) => ({ path, class: wanted, answer, mime })),
    tiers: Object.fromEntries(tiers.map((tier) => [tier, count(answers.filter((answer) => answer.tier === tier))])),
    millisecondsPerFile: summarise(answers.map(({ milliseconds }) => milliseconds)),
  };
}

/** The paths may be relative to the folder or to one named `corpus` in it. */
async function findRoot(corpus: string, [first]: Label[]): Promise<string> {
  const isDirect = first === undefined || (await stat(join(corpus, first.path)).catch(() => undefined)) !== undefined;
  return isDirect ? corpus : join(corpus, 'corpus');
}

async function readLabels(path: string): Promise<Label[]> {
  const [header = '', ...lines] = (await readFile(path, 'utf8')).split(/\r?\n/);
  const columns = header.split('\t');
  return lines.filter(Boolean).map((line) => {
    const cells = line.split('\t');
    const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
    const wanted = classes.find((name) => name === cell('class'));
    if (!wanted) throw new Error(`${cell('path')} has no known class: ${cell('class')}`);
    return { path: cell('path'), class: wanted, tier: cell('tier') || 'core' };
  });
}

async function ask(root: string, label: Label): Promise<Answer> {
  const began = performance.now();
  const { mediaType, mime } = await detectFileType(join(root, label.path));
  return { ...label, answer: mediaType ?? 'other', mime, milliseconds: performance.now() - began };
}

function count(answers: Answer[]): Count {
  const right = answers.filter((answer) => answer.answer === answer.class).length;
  return { files: answers.length, right, accuracy: answers.length === 0 ? 0 : right / answers.length };
}

function mapClasses<T>(value: (name: Class) => T): Record<Class, T> {
  const [image, video, audio, text, other] = classes;
  return { image: value(image), video: value(video), audio: value(audio), text: value(text), other: value(other) };
}

function summarise(milliseconds: number[]): MediaTypesReport['millisecondsPerFile'] {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (fraction: number) => round(sorted[Math.floor((sorted.length - 1) * fraction)] ?? 0);
  const mean = round(sorted.reduce((sum, value) => sum + value, 0) / Math.max(1, sorted.length));
  return { mean, median: at(0.5), p99: at(0.99), slowest: at(1) };
}

const round = (value: number) => Math.round(value * 1000) / 1000;
const percent = ({ right, files, accuracy }: Count) => `${(accuracy * 100).toFixed(2)} %  (${right} of ${files})`;

export function printMediaTypes(report: MediaTypesReport): void {
  console.log(`core      ${percent(report)}`);
  for (const name of classes) console.log(`  ${name.padEnd(8)}${percent(report.byClass[name])}`);
  for (const [tier, counted] of Object.entries(report.tiers)) {
    if (tier !== 'core') console.log(`${tier.padEnd(10)}${percent(counted)}`);
  }
  console.log('\nlabel, and what it was taken for');
  console.log(`${' '.repeat(8)}${classes.map((name) => name.padStart(7)).join('')}`);
  for (const name of classes) {
    const row = classes.map((said) => String(report.confusion[name][said]).padStart(7)).join('');
    console.log(`${name.padEnd(8)}${row}`);
  }
  console.log(report.wrong.length > 0 ? '\nwrong' : '\nnone wrong');
  for (const { path, class: wanted, answer, mime } of report.wrong) {
    console.log(`  ${wanted}, taken for ${answer} (${mime}): ${path}`);
  }
  const { mean, median, p99, slowest } = report.millisecondsPerFile;
  console.log(`\nms per file: mean ${mean}, median ${median}, 99 % ${p99}, slowest ${slowest}`);
}

import { type Dice, makeDice } from './dice.ts';
import { type Doom, type ModelName, modelNames } from './models.ts';

export const workerNames = ['worker 1', 'worker 2', 'worker 3'] as const;
type PartName = (typeof workerNames)[number] | 'api' | 'postgres' | ModelName;
export const partNames: readonly PartName[] = [...workerNames, 'api', 'postgres', ...modelNames];
export type { PartName };

export interface PlannedFile {
  name: string;
  /** Of its text. */
  seed: number;
  /** Bytes, at least. */
  size: number;
  doom?: Doom | undefined;
}

export interface PlannedUpload {
  run: string;
  models: ModelName[];
  files: PlannedFile[];
  /** Why it has to be refused as a whole. */
  fault?: 'unknown model' | 'no media type' | undefined;
}

/** `at`: seconds from the start. */
export type Act = { at: number } & (
  | { do: 'kill' | 'stop' | 'start'; part: PartName }
  | { do: 'upload'; upload: PlannedUpload }
  | { do: 'cancel'; run: string }
);

/** All that is done to Assay for so many seconds, in order; the seed alone decides. Everything runs again at the end. */
export function makePlan(seed: number, seconds: number): Act[] {
  const acts = [...planUploads(makeDice(seed), seconds), ...planDeaths(makeDice(seed + 1), seconds)];
  return acts.sort((a, b) => a.at - b.at);
}

const downSeconds: Record<string, [number, number]> = { api: [0.3, 3], postgres: [0.3, 4], away: [4, 20] };
const weighed: [PartName, ...PartName[]] = [...workerNames, ...workerNames, ...modelNames, 'away', 'api', 'postgres'];

function planDeaths(dice: Dice, seconds: number): Act[] {
  const acts: Act[] = [];
  const upAgain = new Map<PartName, number>();
  // Each of them once, however short it is.
  const first = dice.shuffle(partNames);
  const gap = Math.min(2.2, seconds / (first.length + 3));
  for (let at = gap; at < seconds; at += dice.between(0.4 * gap, 1.6 * gap)) {
    const part = first.shift() ?? dice.pick(weighed);
    const how = dice.isBelow(0.65) ? 'kill' : 'stop';
    const [least, most] = downSeconds[part] ?? [0.3, 5];
    const down = Math.min(dice.between(least, most), seconds / 3);
    if ((upAgain.get(part) ?? 0) + 1 > at) continue;
    upAgain.set(part, at + down);
    acts.push({ at, do: how, part }, { at: Math.min(at + down, seconds), do: 'start', part });
  }
  return acts;
}

// A model fails at everything when five objects in a row say so: those that fail every time must be fewer.
const mostOfDoom: Record<Doom, number> = { refuse: Number.POSITIVE_INFINITY, fault: 2, crash: 1, hang: 3 };

function planUploads(dice: Dice, seconds: number): Act[] {
  const acts: Act[] = [];
  const sent: PlannedUpload[] = [];
  const left = { ...mostOfDoom };
  let files = 0;
  const makeFile = (): PlannedFile => {
    files += 1;
    const doom = dice.isBelow(0.12) ? dice.pick(['refuse', 'fault', 'crash', 'hang'] as const) : undefined;
    const size = dice.isBelow(0.04) ? dice.whole(1_100_000, 2_500_000) : dice.whole(60, 6_000);
    const file = { name: `${files}.txt`, seed: dice.whole(1, 2 ** 30), size };
    return doom && left[doom]-- > 0 ? { ...file, doom } : file;
  };
  for (let at = 0.2; at < seconds; at += dice.between(0.3, 2)) {
    const fault = dice.isBelow(0.06) ? dice.pick(['unknown model', 'no media type'] as const) : undefined;
    const own = Array.from({ length: dice.whole(1, 5) }, makeFile);
    // Some were there before.
    const [earlier] = dice.shuffle(sent);
    const again = earlier && !earlier.fault && dice.isBelow(0.25) ? earlier.files.slice(0, 2) : [];
    const upload: PlannedUpload = {
      run: dice.uuid(),
      models: dice.isBelow(0.5)
        ? [...modelNames]
        : dice.shuffle(modelNames).slice(0, dice.whole(1, modelNames.length - 1)),
      files: fault ? own : [...own, ...again],
      fault,
    };
    sent.push(upload);
    acts.push({ at, do: 'upload', upload });
    if (!fault && dice.isBelow(0.05)) acts.push({ at: at + dice.between(0, 1.5), do: 'cancel', run: upload.run });
  }
  return acts;
}

const ways = { kill: 'SIGKILL', stop: 'SIGTERM', start: 'starts' } as const;

/** One line an act. */
export function describeAct(act: Act): string {
  const at = `${act.at.toFixed(2).padStart(8)} s `;
  if (act.do === 'cancel') return `${at} cancel run ${act.run}`;
  if (act.do !== 'upload') return `${at} ${act.part.padEnd(9)} ${ways[act.do]}`;
  const { files, models, fault, run } = act.upload;
  const doomed = files.flatMap(({ doom }) => doom ?? []);
  const notes = [...doomed, ...(fault ? [`to be refused: ${fault}`] : [])];
  return `${at} upload ${files.length} for ${models.join(', ')}, run ${run}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}

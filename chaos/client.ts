import { hash } from 'node:crypto';
import { uploadAnswerSchema } from '@assay/shared';
import { makeDice } from './dice.ts';
import type { Doom, ModelName } from './models.ts';
import type { PlannedFile, PlannedUpload } from './plan.ts';

interface SentFile {
  sha256: string;
  size: number;
  doom: Doom | undefined;
}

/** An upload, and what it was told. */
export interface Sent {
  run: string;
  models: ModelName[];
  files: SentFile[];
  /** `unknown`: no answer came, or one that says that the fault is Assay's. All of it is there, or nothing. */
  outcome: 'accepted' | 'refused' | 'unknown';
  status: number | undefined;
  /** What a refusal said. */
  refusal?: string;
  /** Whether it had to be refused. */
  isFaulty: boolean;
  /** What the answer says is wrong, when it says 202 and is not what was sent. */
  wrongAnswer: string | undefined;
}

const words = [
  'ledger',
  'harbour',
  'letter',
  'account',
  'Zoë',
  'north',
  'meeting',
  'parcel',
  'window',
  '14:30',
] as const;

/** A text that is the same for the same file, and no other's. */
function writeText({ name, seed, size, doom }: PlannedFile): Buffer {
  const dice = makeDice(seed);
  const lines = [`${doom ? `doom: ${doom}` : name} (${seed})`];
  const paragraph = Array.from({ length: 30 }, () => dice.pick(words)).join(' ');
  for (let length = 0; length < size; length += paragraph.length + 1) lines.push(paragraph);
  return Buffer.from(lines.join('\n'));
}

/** Sends the files as one form, to one run. */
export async function sendUpload(url: string, headers: Record<string, string>, upload: PlannedUpload): Promise<Sent> {
  const { run, models, fault } = upload;
  const form = new FormData();
  form.append('run', run);
  for (const model of models) form.append('models', model);
  if (fault === 'unknown model') form.append('models', 'no_such_model');
  const files: SentFile[] = [];
  for (const file of upload.files) {
    const bytes = writeText(file);
    files.push({ sha256: hash('sha256', bytes), size: bytes.length, doom: file.doom });
    form.append('objects', new Blob([new Uint8Array(bytes)]), file.name);
  }
  if (fault === 'no media type') {
    const bytes = Buffer.concat([
      Buffer.from([0, 1, 2, 3]),
      writeText({ name: '', seed: 7, size: 100 }),
      Buffer.alloc(9),
    ]);
    form.append('objects', new Blob([new Uint8Array(bytes)]), 'thing.bin');
  }
  const sent = { run, models, files, isFaulty: fault !== undefined, wrongAnswer: undefined };
  try {
    const answer = await fetch(`${url}/model/predict`, { method: 'POST', headers, body: form });
    const body = await answer.text();
    if (answer.status >= 500) return { ...sent, outcome: 'unknown', status: answer.status };
    if (answer.status !== 202) return { ...sent, outcome: 'refused', status: answer.status, refusal: body };
    return { ...sent, outcome: 'accepted', status: 202, wrongAnswer: compare(body, files) };
  } catch {
    return { ...sent, outcome: 'unknown', status: undefined };
  }
}

function compare(body: string, files: SentFile[]): string | undefined {
  const { data, error } = uploadAnswerSchema.safeParse(JSON.parse(body));
  if (!data) return `the answer is not as the contract says: ${error.message}`;
  const [told, sent] = [data.objects.map(({ sha256 }) => sha256).join(), files.map(({ sha256 }) => sha256).join()];
  return told === sent ? undefined : `the answer names ${told}, and ${sent} were sent`;
}

/** Cancels a run; that it is not there, or nobody answers, is no fault of a client in this weather. */
export async function cancelRun(url: string, headers: Record<string, string>, run: string): Promise<void> {
  await callProcedure(url, headers, 'runs.cancel', { id: run });
}

/** Whether it was done. */
export async function callProcedure(
  url: string,
  headers: Record<string, string>,
  procedure: string,
  input: unknown,
): Promise<boolean> {
  const body = JSON.stringify(input);
  const json = { 'content-type': 'application/json', ...headers };
  return fetch(`${url}/trpc/${procedure}`, { method: 'POST', headers: json, body }).then(
    async (answer) => {
      await answer.arrayBuffer();
      return answer.ok;
    },
    () => false, // nobody answers just now
  );
}

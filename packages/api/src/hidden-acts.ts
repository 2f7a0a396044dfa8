import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeUnreferenced } from '@assay/db';
import type { ObjectResults } from '@assay/shared';
import { type File, factsOf, files, type Owner, type World } from './hidden-world.ts';
import { postJson, type TestApi } from './testing.ts';

/* What people of a case do with what is in it, for the worlds of hidden.test.ts. */

export const acts = ['delete', 'verdict', 'judge', 'tag', 'note'] as const;

export interface Act {
  /** As that of an upload. */
  into: number;
  file: File;
  does: (typeof acts)[number];
}

/** Of what did not happen, or could not. */
const nothing = (act: Act) => (act.does === 'note' ? randomUUID() : '999999999999');

/** Does what of the story's acts `happens`; by act, the id of what was said. */
export async function doActs(api: TestApi, world: World, owner: Owner, happens: (into: number) => boolean) {
  const said: string[] = [];
  for (const act of world.story.acts)
    said.push((happens(act.into) ? await doAct(api, world, owner, act) : undefined) ?? nothing(act));
  // As the worker's job does.
  const hashes = files.map((file) => factsOf(world.salt, file).facts.sha256);
  await removeUnreferenced(api.db, hashes, (each) => rm(join(api.store, each.slice(0, 2), each), { force: true }));
  return said;
}

async function doAct(api: TestApi, world: World, owner: Owner, act: Act): Promise<string | undefined> {
  const { into, file, does } = act;
  const headers = into === 3 ? world.asker : owner.headers;
  const hash = factsOf(world.salt, file).facts.sha256;
  const of = { case: world.cases[into] ?? world.privateCase, hash };
  const word = `${file.kind}${file.n} ${world.salt}`;
  const inputs = {
    delete: { ...of, reason: `reason ${word}` },
    verdict: { ...of, verdict: file.n === 0 ? 'relevant' : 'unsure' },
    judge: { case: of.case, prediction: await findPrediction(api, headers, hash), verdict: 'wrong' },
    tag: { ...of, name: `tag ${word}` },
    note: { ...of, text: `noted ${word}` },
  };
  const procedures = {
    delete: 'objects.delete',
    verdict: 'judging.giveVerdict',
    judge: 'judging.judgePrediction',
    tag: 'judging.tag',
    note: 'judging.addNote',
  };
  const answer = await postJson(`${api.url}/trpc/${procedures[does]}`, inputs[does], headers);
  // The object is not in the case, or no longer.
  if (answer.status === 404) return;
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${procedures[does]} was answered ${answer.status}: ${text}`);
  const { result } = JSON.parse(text) as { result: { data: { id?: string | null } } };
  return result.data.id ?? undefined;
}

/** One of the object's, by whoever sees it. */
async function findPrediction(api: TestApi, headers: Record<string, string>, hash: string): Promise<string> {
  const answer = await postJson(`${api.url}/model/results`, [hash], headers);
  const [result] = (await answer.json()) as ObjectResults[];
  return (result?.found && result.predictions.find(({ model }) => model === 'words')?.id) || randomUUID();
}

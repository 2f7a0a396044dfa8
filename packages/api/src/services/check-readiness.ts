import { isAnyWorkerAlive, listUnreadyBundledModels, pingDatabase } from '@assay/db';
import type { App } from '../app.ts';

const parts = ['database', 'store', 'queue', 'worker', 'models'] as const;
type Part = (typeof parts)[number];

export interface Readiness {
  ready: boolean;
  /** By part: null, or what is missing. */
  waitingFor: Record<Part, string | null>;
}

// A worker beats every 2 s.
const workerSilenceSeconds = 8;

/** Whether an upload sent now would be stored, queued and predicted. */
export async function checkReadiness(app: App): Promise<Readiness> {
  const checks: Record<Part, () => Promise<string | null>> = {
    database: () => pingDatabase(app.db).then(() => null),
    store: () => app.store.check().then(() => null),
    queue: () => app.sender.check().then(() => null),
    worker: async () => ((await isAnyWorkerAlive(app.db, workerSilenceSeconds)) ? null : 'no worker is running'),
    models: async () => {
      const unready = await listUnreadyBundledModels(app.db);
      return unready.length > 0 ? unready.map(({ name, state }) => `${name} is ${state}`).join(', ') : null;
    },
  };
  const answers = await Promise.all(
    parts.map(async (part) => {
      const answer = await checks[part]().catch((error: unknown) => {
        app.log.warn({ err: error, part }, 'not ready');
        return 'does not answer';
      });
      return [part, answer] as const;
    }),
  );
  return {
    ready: answers.every(([, answer]) => answer === null),
    waitingFor: Object.fromEntries(answers) as Record<Part, string | null>,
  };
}

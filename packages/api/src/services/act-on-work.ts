import {
  cancelPredictions,
  changeRunPriority,
  findModel,
  hasPrediction,
  hasRun,
  recordActs,
  resumeModel,
  retryPredictions,
  runAgain,
  type WorkScope,
} from '@assay/db';
import { AppError, caseRights, type RunPriority } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';

/** One prediction, all of a run, or all of a model: at one version, or at each. */
export type AskedScope = { prediction: string } | { run: string } | { model: string; version?: string | undefined };

/** How many predictions an action changed. */
export interface Acted {
  predictions: number;
}

/** Cancels what waits or runs. Of a run, what others asked for too goes on. Throws when there is no such thing to act on. */
export async function cancelWork(app: App, user: SignedIn, asked: AskedScope): Promise<Acted> {
  return sum(await findScopes(app, user, asked), (scope) => cancelPredictions(app.db, app.sender, scope, user));
}

/**
 * Queues what failed once more, and, where told, what was cancelled. One prediction may be either. Throws
 * `not_retryable` when that one is neither.
 */
export async function retryWork(
  app: App,
  user: SignedIn,
  { cancelled, ...asked }: AskedScope & { cancelled?: boolean | undefined },
): Promise<Acted> {
  const isOne = 'prediction' in asked;
  const states: ('failed' | 'cancelled')[] = cancelled || isOne ? ['failed', 'cancelled'] : ['failed'];
  const acted = await sum(await findScopes(app, user, asked as AskedScope), (scope) =>
    retryPredictions(app.db, app, { scope, states, by: user }),
  );
  if (isOne && acted.predictions === 0)
    throw new AppError('not_retryable', 'Only a failed or cancelled prediction can be tried again');
  return acted;
}

/** Asks the newest version of each model for what an older one was asked. */
export async function runWorkAgain(app: App, user: SignedIn, asked: AskedScope): Promise<Acted> {
  return sum(await findScopes(app, user, asked), (scope) => runAgain(app.db, app, scope, user));
}

export async function setRunPriority(
  app: App,
  user: SignedIn,
  { run, priority }: { run: string; priority: RunPriority },
): Promise<void> {
  await findScopes(app, user, { run });
  await changeRunPriority(app.db, app, { runId: run, priority, by: user });
}

/** Gives a paused model work again, at each of its versions. */
export async function resumeWork(app: App, user: SignedIn, model: string): Promise<void> {
  for (const scope of await findScopes(app, user, { model }))
    if ('modelId' in scope)
      await app.db.transaction(async (tx) => {
        if (await resumeModel(tx, scope.modelId))
          await recordActs(tx, [{ by: user, act: 'resume_model', subject: { kind: 'model', id: scope.model } }]);
      });
}

async function sum(scopes: WorkScope[], act: (scope: WorkScope) => Promise<number>): Promise<Acted> {
  let predictions = 0;
  for (const scope of scopes) predictions += await act(scope);
  return { predictions };
}

const onlyReads = () =>
  new AppError('not_allowed', `As a reader of this case you may not do this: ${caseRights.contribute}`);

async function findScopes(app: App, user: SignedIn, asked: AskedScope): Promise<WorkScope[]> {
  if ('run' in asked) {
    if (!(await hasRun(app.db, user, asked.run, 'see')))
      throw new AppError('run_not_found', `There is no run ${asked.run} in your cases`);
    if (!(await hasRun(app.db, user, asked.run, 'contribute'))) throw onlyReads();
    return [{ runId: asked.run }];
  }
  if ('prediction' in asked) {
    if (!(await hasPrediction(app.db, user, asked.prediction, 'see')))
      throw new AppError('not_found', `There is no prediction ${asked.prediction} in your cases`);
    if (!(await hasPrediction(app.db, user, asked.prediction, 'contribute'))) throw onlyReads();
    return [{ predictionId: asked.prediction }];
  }
  const { model, version } = asked;
  const found = await findModel(app.db, model, version);
  if (found.length === 0) throw new AppError('not_found', `There is no model ${model}${version ? ` ${version}` : ''}`);
  return found.map(({ id, name, version }) => ({ modelId: id, model: `${name} ${version}` }));
}

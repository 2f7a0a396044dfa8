import {
  type AddressOrigin,
  canTakeWork,
  findNewerVersions,
  listCurrentModels,
  listModelAddresses,
  listModelLoads,
  listModelPauses,
  listSeenModels,
  type ModelLoad,
} from '@assay/db';
import type { Manifest, MediaType, ModelState } from '@assay/shared';
import { rightsOf, type SignedIn } from '../access.ts';
import type { App } from '../app.ts';

export interface ModelView extends Omit<Manifest, 'protocol'>, ModelLoad {
  state: ModelState;
  detail: string | null;
  /** ISO 8601: since when it has been in this state; null: it is no longer reached at all. */
  stateSince: string | null;
}

/** A model that was seen at some time, whether new work goes to it or not. */
export interface SeenModelView extends ModelView {
  /** It failed at everything, and is only tried now and then: since when, what it said last, and when it is tried next. */
  pause: {
    since: string /** For who looks after models; null for others. */;
    reason: string | null;
    trialAt: string;
  } | null;
  /** ISO 8601. */
  firstSeenAt: string;
  /** New work of its name goes to it. */
  isCurrent: boolean;
  /** The version that new work goes to, when that is a newer one. */
  newerVersion: string | null;
  /** At how many addresses it is, or should be, reached; and how many of them can take work. */
  addresses: number;
  answering: number;
}

/** The models that new work can be given to and that accept the type, or all of them, by name. */
export async function listModels(app: App, type?: MediaType): Promise<ModelView[]> {
  const [models, loads] = await Promise.all([listCurrentModels(app.db, { type }), listModelLoads(app.db)]);
  return models.map((model) => viewOf(model, loads));
}

/** Every model ever seen, at each of its versions, by name and the newest first. */
export async function listAllModels(app: App, asker: SignedIn): Promise<SeenModelView[]> {
  const mayKnowWhy = rightsOf(asker).includes('models:work');
  const [models, loads, pauses, newerThan] = await Promise.all([
    listSeenModels(app.db),
    listModelLoads(app.db),
    listModelPauses(app.db),
    findNewerVersions(app.db),
  ]);
  return models.map((model) => ({
    ...viewOf(model, loads),
    pause: viewPause(pauses.get(model.id), mayKnowWhy),
    firstSeenAt: model.firstSeenAt.toISOString(),
    isCurrent: model.isCurrent,
    newerVersion: newerThan(model.name, model.version),
    addresses: model.addresses.length,
    answering: model.addresses.filter(({ state }) => canTakeWork(state)).length,
  }));
}

/** What a model says of an object that it fails at is not for everybody. */
const viewPause = (pause: { since: Date; reason: string; trialAt: Date } | undefined, mayKnowWhy: boolean) =>
  pause
    ? {
        since: pause.since.toISOString(),
        reason: mayKnowWhy ? pause.reason : null,
        trialAt: pause.trialAt.toISOString(),
      }
    : null;

/** Where a model is, or should be, reached. */
export interface AddressView {
  url: string;
  /** Only one that somebody registered can be removed. */
  origin: AddressOrigin;
  /** What answered there last; null until a model did. */
  model: { name: string; version: string } | null;
  state: ModelState;
  /** What is wrong there, by field when it answers as no model should. */
  detail: string | null;
  /** ISO 8601. */
  stateSince: string;
}

export async function listAddresses(app: App): Promise<AddressView[]> {
  const addresses = await listModelAddresses(app.db);
  return addresses.map(({ model, stateSince, ...address }) => ({
    ...address,
    model: model && { name: model.name, version: model.version },
    stateSince: stateSince.toISOString(),
  }));
}

const idle: ModelLoad = { medianSeconds: null, waiting: 0, running: 0, perMinute: 0, failedLastDay: 0, failed: 0 };

interface Standing {
  id: number;
  manifest: Manifest;
  state: ModelState;
  detail: string | null;
  stateSince: Date | null;
}

function viewOf({ id, manifest, state, detail, stateSince }: Standing, loads: Map<number, ModelLoad>): ModelView {
  const { protocol: _, ...shown } = manifest;
  return { ...shown, state, detail, stateSince: stateSince?.toISOString() ?? null, ...(loads.get(id) ?? idle) };
}

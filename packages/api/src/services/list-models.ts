import { listCurrentModels, listModelLoads } from '@assay/db';
import type { Manifest, MediaType, ModelState } from '@assay/shared';
import type { App } from '../app.ts';

export interface ModelView extends Omit<Manifest, 'protocol'> {
  state: ModelState;
  detail: string | null;
  /** ISO 8601: since when it has been in this state. */
  stateSince: string;
  /** From start to result, of its last 100 results; null before the first. */
  medianSeconds: number | null;
  /** Predictions queued for it. */
  waiting: number;
}

/** The models that accept the type, or all of them, by name. */
export async function listModels(app: App, type?: MediaType): Promise<ModelView[]> {
  const [models, loads] = await Promise.all([listCurrentModels(app.db, { type }), listModelLoads(app.db)]);
  return models.map(({ id, manifest: { protocol: _, ...manifest }, state, detail, stateSince }) => ({
    ...manifest,
    state,
    detail,
    stateSince: stateSince.toISOString(),
    ...(loads.get(id) ?? { medianSeconds: null, waiting: 0 }),
  }));
}

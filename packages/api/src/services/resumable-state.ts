import { type ResumableState, resumableStateSchema } from '@assay/shared';
import type { App } from '../app.ts';

/** How far an upload has come. Throws `upload_not_found`, `upload_expired`. */
export async function readResumableState({ resumables }: App, id: string): Promise<ResumableState> {
  const { offset, size } = await resumables.getUpload(id);
  const outcome = (await resumables.find(id))?.outcome;
  if (!outcome) return resumableStateSchema.parse({ state: offset === size ? 'checking' : 'receiving', offset, size });
  const { status, body } = outcome;
  return resumableStateSchema.parse(
    status < 300 ? { state: 'done', answer: body } : { state: 'failed', status, ...body },
  );
}

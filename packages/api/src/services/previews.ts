import { type Asker, askForPreviews, findPreview, retryPreview } from '@assay/db';
import { AppError, listPreviewKinds, type MediaType, type ObjectHash, type PreviewKind } from '@assay/shared';
import type { App } from '../app.ts';
import { findReadable } from './find-readable.ts';

interface PreviewedObject {
  id: number;
  mediaType: MediaType;
  mime: string;
}

const articles: Record<MediaType, string> = {
  image: 'An image of this type',
  video: 'A video',
  audio: 'A recording',
  text: 'A text',
};

/**
 * Where the preview's bytes are. One that nobody asked for yet is made as soon as a worker comes to it. Throws
 * `preview_not_ready`, and `no_preview` with the reason.
 */
export async function getPreview(
  { db, sender }: Pick<App, 'db' | 'sender'>,
  object: PreviewedObject,
  kind: PreviewKind,
): Promise<{ sha256: ObjectHash; size: number }> {
  const kinds = listPreviewKinds(object);
  if (!kinds.includes(kind)) throw new AppError('no_preview', `${articles[object.mediaType]} has no ${kind}.`);
  const preview = await findPreview(db, object.id, kind);
  if (preview?.state === 'failed') throw new AppError('no_preview', preview.reason ?? 'It can’t be previewed.');
  if (preview?.state === 'made' && preview.sha256 && preview.size !== null)
    return { sha256: preview.sha256, size: preview.size };
  if (!preview)
    await db.transaction(async (tx) => {
      if (await askForPreviews(tx, object.id, kinds)) await sender.sendObjects(tx, 'asked_preview', [object.id]);
    });
  throw new AppError('preview_not_ready', `The ${kind} is being made. Ask again in a second.`);
}

/** A preview that failed is tried once more. Throws as `findReadable` does. */
export async function tryPreviewAgain(
  { db, sender }: Pick<App, 'db' | 'sender'>,
  asker: Asker,
  { hash, kind }: { hash: string; kind: PreviewKind },
): Promise<{ queued: boolean }> {
  const object = await findReadable({ db }, asker, hash);
  return db.transaction(async (tx) => {
    const queued = await retryPreview(tx, object.id, kind);
    if (queued) await sender.sendObjects(tx, 'asked_preview', [object.id]);
    return { queued };
  });
}

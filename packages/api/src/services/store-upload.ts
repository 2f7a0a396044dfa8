import type { UploadAnswer } from '@assay/shared';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { checkUpload } from './check-upload.ts';
import { discardFiles, isReceived, type ReadUpload } from './read-upload.ts';
import { storeBytes } from './store-bytes.ts';

/**
 * Makes objects, uploads, a run and its predictions of a form that was read, all or nothing: any fault
 * fails it with every fault in the details, and nothing is kept. Bytes are in the store before any row
 * names them. Calls `onRecord` when nothing is left but to write the rows.
 */
export async function storeUpload(
  app: App,
  user: SignedIn,
  upload: ReadUpload,
  onRecord: () => void = () => {},
): Promise<UploadAnswer> {
  try {
    const checked = await checkUpload(app, user, upload);
    return await storeBytes(app, upload.files.filter(isReceived), (stored) => {
      onRecord();
      return app.recordUpload({ user, upload: checked, stored });
    });
  } finally {
    await discardFiles(upload.files);
  }
}

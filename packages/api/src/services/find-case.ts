import type { Asker } from '@assay/db';
import { type ErrorDetail, uploadFields } from '@assay/shared';
import type { App } from '../app.ts';
import { isFitText } from '../fit-text.ts';

/**
 * The id of the case that an upload is for, named by id or name: without a name the sender's private one, or the only one
 * that their key is for. A case that the sender may not upload into is not there.
 */
export async function findUploadCase(
  app: App,
  sender: Asker,
  named: string | undefined,
): Promise<string | ErrorDetail> {
  const found = isFitText(named ?? '') ? await app.listUploadCases(sender, named || undefined) : [];
  const [meant = found[0], ...others] = named ? found : found.filter(({ isPrivate }) => isPrivate);
  const fault = (code: ErrorDetail['code'], message: string) => ({ code, field: uploadFields.case, message });
  if (!meant) return fault('case_not_found', named ? `There is no case ${named} that you may upload into` : noneForKey);
  if (named ? others.length > 0 : !meant.isPrivate && found.length > 1)
    return fault('invalid_request', named ? `Several cases are called ${named}: give the id of one` : severalForKey);
  if (meant.isArchived)
    return fault(
      'case_archived',
      `The case ${meant.name} is in the archive and takes no uploads: a manager can take it out`,
    );
  return meant.id;
}

const noneForKey = 'This API key is for cases that take no uploads of yours';
const severalForKey = 'This API key is for several cases: say in the field case which one the files are for';

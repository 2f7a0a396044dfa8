import { type ErrorDetail, linkSchema, type ObjectHash, uploadFields } from '@assay/shared';
import { z } from 'zod';
import { keepableName } from './file-name.ts';

/** An object that its sender says is there: it has a name, and no bytes came for it. */
export interface LinkedFile {
  fileName: string;
  link: ObjectHash;
}

/** A `known` field's text as the link that it is, or what is wrong with it. */
export function readLink(text: string): LinkedFile | ErrorDetail {
  const link = linkSchema.safeParse(parseJson(text));
  if (link.success) return { fileName: keepableName(link.data.fileName), link: link.data.sha256 };
  const [issue] = link.error.issues;
  const where = issue?.path.length ? `${z.core.toDotPath(issue.path)}: ` : '';
  const message = `known is JSON text like {"sha256": "…", "fileName": "…"}. ${where}${issue?.message}`;
  return { code: 'invalid_request', field: uploadFields.known, message };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

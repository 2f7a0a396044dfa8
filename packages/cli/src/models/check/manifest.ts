import { describeFaults, type Manifest, manifestSchema } from '@assay/shared';
import { get } from './ask-model.ts';
import { type Asking, type Finding, failed, passed } from './checking.ts';
import { quote } from './judge-reply.ts';

export interface ManifestFound {
  finding: Finding;
  /** Undefined: it is not valid. */
  manifest: Manifest | undefined;
  saysMaxBytes: boolean;
}

/** GET /model, which the other checks are made from. */
export async function checkManifest(asking: Asking): Promise<ManifestFound> {
  const reply = await get(asking, '/model');
  const none = (finding: Finding): ManifestFound => ({ finding, manifest: undefined, saysMaxBytes: false });
  if (reply.status !== 200) return none(failed(quote(reply), 'Answer GET /model with 200 and the manifest'));
  if (reply.json === undefined) return none(failed(quote(reply), 'Answer GET /model with JSON'));
  const { data, error } = manifestSchema.safeParse(reply.json);
  if (!data) {
    const faults = describeFaults(error, reply.json);
    return none(
      failed(`200, and what is wrong: ${faults.join('; ')}`, `Change in the manifest: ${nameFields(faults)}`),
    );
  }
  const { limits } = reply.json as { limits?: { maxBytes?: number } };
  const finding = passed(`200: ${data.name} ${data.version}, accepts ${data.accepts.join(', ')}`);
  return { finding, manifest: data, saysMaxBytes: limits?.maxBytes !== undefined };
}

const nameFields = (faults: string[]) => faults.map((fault) => fault.split(' ')[0]).join(', ');

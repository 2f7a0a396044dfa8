import { errorBodySchema, uploadAnswerSchema } from '@assay/shared';

/** What shall become of a file: which models look at it, and under which run. */
export interface Parcel {
  file: File;
  path: string;
  models: readonly string[];
  run: string;
  /** The id of a case; undefined: the private one. */
  case: string | undefined;
}

export type Outcome =
  | { kind: 'sent'; known: boolean; sha256: string }
  | { kind: 'refused'; status: number; reason: string }
  | { kind: 'unreachable' }
  | { kind: 'signed-out' }
  | { kind: 'stopped' };

/** A file on its way. */
export interface Transfer {
  outcome: Promise<Outcome>;
  /** Stops it; what has arrived stays, to go on from. Undefined: half of it is worth nothing. */
  pause?: () => void;
  /** Stops it, and what has arrived goes. */
  cancel: () => void;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Reads the answer to an upload, through whichever door it went. */
export function readOutcome(status: number, text: string): Outcome {
  if (status === 0) return { kind: 'unreachable' };
  if (status === 401) return { kind: 'signed-out' };
  const body = parse(text);
  const object = uploadAnswerSchema.safeParse(body).data?.objects[0];
  if (status < 300 && object !== undefined) return { kind: 'sent', known: object.known, sha256: object.sha256 };
  const fault = errorBodySchema.safeParse(body).data?.error;
  const details = fault?.details.map(({ message }) => message).join(' ');
  const reason = details || fault?.message || `The server answered ${status} without a reason.`;
  return { kind: 'refused', status, reason };
}

/** A file that has changed since it was chosen, or is gone, fails as if the server were away; it would do so for ever. */
export async function explainUnreachable(file: File): Promise<Outcome> {
  const readable = await file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
  if (readable) return { kind: 'unreachable' };
  const reason = 'It has changed on the disk since it was chosen, or is gone. Choose it again.';
  return { kind: 'refused', status: 0, reason };
}

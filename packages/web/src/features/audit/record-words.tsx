import type { AuditOutcome } from '@assay/shared';
import { Link } from '@tanstack/react-router';
import { formatCountOf, shortenHash } from '../../lib/format.ts';
import type { Answers } from '../../lib/trpc.ts';
import { Chip, type Tone } from '../../ui/chip.tsx';
import { CancelledIcon, CheckIcon, FailedIcon } from '../../ui/icons.ts';

export type TrailRecord = Answers['audit']['list']['records'][number];

export const describeOutcome = {
  done: { word: 'done', tone: 'plain', icon: CheckIcon },
  refused: { word: 'refused', tone: 'wait', icon: CancelledIcon },
  failed: { word: 'failed', tone: 'bad', icon: FailedIcon },
} as const satisfies Record<AuditOutcome, { word: string; tone: Tone; icon: unknown }>;

export function Outcome({ outcome }: { outcome: string }) {
  const { word, tone, icon } = describeOutcome[outcome as AuditOutcome] ?? { ...describeOutcome.failed, word: outcome };
  return (
    <Chip tone={tone} icon={icon}>
      {word}
    </Chip>
  );
}

export function readDetails(details: string | null): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(details ?? '{}');
    return typeof read === 'object' && read !== null ? { ...read } : {};
  } catch {
    return {}; // shown as the text that it is
  }
}

/** The name that the record itself gives to what was acted on. */
function nameIn(details: string | null): string | undefined {
  const { fileName, username, name } = readDetails(details);
  return [fileName, username, name].find((each) => typeof each === 'string');
}

const isLong = (id: string) => /^[0-9a-f]{32,}$|^[0-9a-f-]{36}$/.test(id);

/** The SHA-256 of each of the objects that a record on several names. */
export function objectsIn(details: string | null): string[] {
  const { objects } = readDetails(details);
  return Array.isArray(objects) ? objects.filter((each) => typeof each === 'string') : [];
}

/** What was acted on, with a way there. */
export function Subject({ record: { subjectKind, subjectId, details } }: { record: TrailRecord }) {
  if (subjectKind === null) return <span className="dim">nothing</span>;
  if (subjectKind === 'objects')
    return <span className="dim">{formatCountOf(objectsIn(details).length, 'object')}</span>;
  const id = subjectId ?? '';
  const name = nameIn(details);
  const shown = <bdi className={name === undefined && isLong(id) ? 'mono' : undefined}>{name ?? shorten(id)}</bdi>;
  return (
    <span title={id}>
      <span className="dim">{subjectKind}</span>{' '}
      {subjectKind === 'object' ? (
        <Link to="/objects/$hash" params={{ hash: id }}>
          {shown}
        </Link>
      ) : subjectKind === 'run' ? (
        <Link to="/runs/$runId" params={{ runId: id }}>
          {shown}
        </Link>
      ) : (
        shown
      )}
    </span>
  );
}

const shorten = (id: string) => (isLong(id) ? shortenHash(id) : id);

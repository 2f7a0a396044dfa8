import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { describeAct, describeActor } from '../../lib/act-words.ts';
import { formatCount, formatCountOf } from '../../lib/format.ts';
import { poll } from '../../lib/poll.ts';
import { type Answers, trpc } from '../../lib/trpc.ts';
import { Chip } from '../../ui/chip.tsx';
import { Hash } from '../../ui/hash.tsx';
import { AlertIcon, CheckIcon, QueuedIcon } from '../../ui/icons.ts';
import { Failure } from '../../ui/notice.tsx';
import css from './audit.module.css';
import { objectsIn, readDetails } from './record-words.tsx';

type OpenedRecord = Answers['audit']['get'];

/** Everything that a record holds. */
export function RecordDetails({ id }: { id: string }) {
  const asked = useQuery(
    trpc.audit.get.queryOptions(
      { id },
      // It has its place in the chain within a second; nothing else of it ever changes.
      { refetchInterval: poll(({ seal }) => (seal === null ? 1_000 : false)) },
    ),
  );
  if (asked.isLoadingError)
    return <Failure what={`Record ${id}`} error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data)
    return (
      <div className={css.details} aria-busy="true">
        <Skeleton height={260} />
      </div>
    );
  return <Details record={asked.data} />;
}

function Details({ record }: { record: OpenedRecord }) {
  const { id, at, username, userId, keyId, address, agent, act, subjectKind, subjectId, outcome, details, seal } =
    record;
  const who =
    username === null ? describeActor(record) : <WithFilter search={{ person: username }}>{username}</WithFilter>;
  return (
    <section className={css.details} aria-label={`Record ${id}`}>
      <dl className={css.facts}>
        <Fact word="Record">{id}</Fact>
        <Fact word="When">
          <span className="mono">{at}</span>
        </Fact>
        <Fact word="Who">
          {who}
          {userId !== null && <span className="dim small mono"> {userId}</span>}
        </Fact>
        <Fact word="API key">{keyId === null ? none : <span className="mono">{keyId}</span>}</Fact>
        <Fact word="From">{address ?? <span className="dim">Assay itself</span>}</Fact>
        <Fact word="Client">{agent ?? none}</Fact>
        <Fact word="Act">
          <WithFilter search={{ act }}>{describeAct(act)}</WithFilter> <span className="dim small mono">{act}</span>
        </Fact>
        <Fact word="On">
          {subjectKind === 'objects' ? (
            <ObjectList hashes={objectsIn(details)} />
          ) : subjectId === null ? (
            none
          ) : (
            <>
              <span className="dim">{subjectKind}</span>{' '}
              <WithFilter search={{ on: subjectId }}>
                <bdi className="mono">{subjectId}</bdi>
              </WithFilter>
            </>
          )}
        </Fact>
        <Fact word="Outcome">{outcome}</Fact>
        <Fact word="Details">
          {details === null ? (
            none
          ) : (
            <DetailList details={details} without={subjectKind === 'objects' ? 'objects' : undefined} />
          )}
        </Fact>
      </dl>
      {seal ? <Seal seal={seal} fits={record.fits} /> : <Unsealed />}
    </section>
  );
}

const none = <span className="dim">none</span>;

function Fact({ word, children }: { word: string; children: ReactNode }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Leads to all records that have this in common. */
function WithFilter({ search, children }: { search: Record<string, string>; children: ReactNode }) {
  return (
    <Link to="/audit" search={search} title="All records with this">
      {children}
    </Link>
  );
}

function ObjectList({ hashes }: { hashes: readonly string[] }) {
  return (
    <>
      <span className="dim">{formatCountOf(hashes.length, 'object')}</span>
      <ul className={css.objects}>
        {hashes.map((hash) => (
          <li key={hash}>
            <WithFilter search={{ on: hash }}>
              <span className="mono">{hash}</span>
            </WithFilter>
          </li>
        ))}
      </ul>
    </>
  );
}

/**
 * A value each, as JSON where it is more than a word, but what is shown elsewhere; the text itself where it can't be read.
 */
function DetailList({ details, without }: { details: string; without: string | undefined }) {
  const read = Object.entries(readDetails(details));
  if (read.length === 0) return <code className="mono">{details}</code>;
  const entries = read.filter(([name]) => name !== without);
  if (entries.length === 0) return none;
  return (
    <ul className={css.list}>
      {entries.map(([name, value]) => (
        <li key={name}>
          <span className="dim">{name}</span>{' '}
          <bdi className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</bdi>
        </li>
      ))}
    </ul>
  );
}

function Seal({ seal, fits }: { seal: NonNullable<OpenedRecord['seal']>; fits: boolean | null }) {
  return (
    <dl className={css.facts}>
      <Fact word="Place">{formatCount(seal.place)} of the chain</Fact>
      <Fact word="Hash">
        <Hash name="the hash" value={seal.hash} />
      </Fact>
      <Fact word="Hash before">
        {seal.hashBefore === null ? (
          <span className="dim">{seal.place === 1 ? 'none: this is the first' : 'gone'}</span>
        ) : (
          <Hash name="the hash before" value={seal.hashBefore} />
        )}
      </Fact>
      <Fact word="Check">
        {fits ? (
          <>
            <Chip tone="ok" icon={CheckIcon}>
              fits
            </Chip>{' '}
            <span className="dim small">The hash is that of this record after the one before.</span>
          </>
        ) : (
          <>
            <Chip tone="bad" icon={AlertIcon}>
              does not fit
            </Chip>{' '}
            <span>
              This record, or the hash before it, is not as it was when it was sealed. Run{' '}
              <span className="mono">assay verify</span>.
            </span>
          </>
        )}
      </Fact>
    </dl>
  );
}

function Unsealed() {
  return (
    <p>
      <Chip icon={QueuedIcon}>not sealed yet</Chip>{' '}
      <span className="dim small">A worker gives it its place in the chain within a second.</span>
    </p>
  );
}

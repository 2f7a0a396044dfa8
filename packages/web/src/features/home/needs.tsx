import { Button, Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { formatCount } from '../../lib/format.ts';
import { CheckIcon, FailedIcon, UnsureIcon, VerdictIcon, WaitingIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Failure, Notice } from '../../ui/notice.tsx';
import { ModelStateChip } from '../../ui/states.tsx';
import css from './home.module.css';
import { type Need, useNeeds } from './use-needs.ts';

const mostShown = 12;

/** What failed, waits, or has no verdict: each count is a link to exactly these. */
export function Needs() {
  const { needs, isWaiting, failed } = useNeeds();
  const [all, setAll] = useState(false);
  if (failed)
    return (
      <div className="card">
        <Failure what="What needs you" error={failed.error} retry={() => void failed.refetch()} />
      </div>
    );
  const shown = needs.filter(({ asked: { data, isError } }) => isError || (data !== undefined && data.count > 0));
  const isCounting = isWaiting || needs.some(({ asked: { isPending } }) => isPending);
  if (shown.length === 0 && !isCounting)
    return (
      <div className="card">
        <Notice
          icon={CheckIcon}
          title="Nothing needs you now."
          actions={<Link to="/objects">Look at all objects</Link>}
        >
          What fails, what waits for a model that is away, and what nobody has given a verdict on is listed here.
        </Notice>
      </div>
    );
  return (
    <>
      <ul className={`card ${css.needs}`} aria-busy={isCounting}>
        {(all ? shown : shown.slice(0, mostShown)).map(({ need, asked }) => (
          <NeedLine
            key={need.query}
            need={need}
            count={asked.data}
            fault={asked.data ? undefined : asked.error?.message}
            retry={() => void asked.refetch()}
          />
        ))}
        {isCounting &&
          shown.length === 0 &&
          ['a', 'b', 'c'].map((key) => (
            <li key={key} className={css.need}>
              <Skeleton height={38} />
            </li>
          ))}
      </ul>
      {shown.length > mostShown && (
        <div>
          <Button onClick={() => setAll(!all)}>
            {all ? 'Fewer' : `${formatCount(shown.length - mostShown)} more`}
          </Button>
        </div>
      )}
    </>
  );
}

interface NeedLineProps {
  need: Need;
  count: { count: number; more: boolean } | undefined;
  fault: string | undefined;
  retry: () => void;
}

const looks = {
  failed: { icon: FailedIcon, tone: css.bad },
  waiting: { icon: WaitingIcon, tone: css.wait },
  unreviewed: { icon: VerdictIcon, tone: undefined },
  disputed: { icon: UnsureIcon, tone: css.wait },
};

function NeedLine({ need: { query, of }, count, fault, retry }: NeedLineProps) {
  const { icon: Sign, tone } = looks[of.kind];
  const objects = count
    ? `${count.more ? 'more than ' : ''}${formatCount(count.count)} ${count.count === 1 ? 'object' : 'objects'}`
    : 'Objects';
  return (
    <li className={css.need}>
      <Sign size={18} stroke={1.6} className={tone} aria-hidden />
      <div className={css.words}>
        <Link to="/objects" search={{ q: query }}>
          {objects}
        </Link>{' '}
        <What of={of} />
        <div className="dim small">
          <Then of={of} />
        </div>
        {fault && (
          <p role="alert" className={`fault ${css.fault}`}>
            They could not be counted: {fault}{' '}
            <button type="button" className="link" onClick={retry}>
              Try again
            </button>
          </p>
        )}
      </div>
    </li>
  );
}

function What({ of }: { of: Need['of'] }) {
  if (of.kind === 'failed') return 'at which a model failed';
  if (of.kind === 'waiting')
    return (
      <>
        waiting for <b>{of.model.name}</b>
      </>
    );
  return (
    <>
      {of.kind === 'disputed' ? 'on which people differ' : 'without a verdict'} in{' '}
      <b>
        <bdi>{of.case}</bdi>
      </b>
    </>
  );
}

function Then({ of }: { of: Need['of'] }) {
  if (of.kind === 'failed') return 'Each says why. On its page, or on that of a run, it can be tried again.';
  if (of.kind === 'disputed') return 'Both verdicts are on the object’s page, with who gave them.';
  if (of.kind === 'unreviewed')
    return (
      <>
        “Review these” there, or <kbd>r</kbd>, leads from one to the next.
      </>
    );
  const { name, version, state, stateSince, pause } = of.model;
  return (
    <>
      {pause ? 'Paused, since it failed at everything' : <ModelStateChip state={state} />}
      {stateSince !== null && (
        <>
          {' '}
          since <Moment at={pause?.since ?? stateSince} />
        </>
      )}
      . Nothing is lost.{' '}
      <Link to="/models" search={{ open: `${name}@${version}` }}>
        Look at the model
      </Link>
    </>
  );
}

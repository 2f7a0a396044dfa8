import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatCount, formatCountOf } from '../../lib/format.ts';
import { poll } from '../../lib/poll.ts';
import { trpc } from '../../lib/trpc.ts';
import { Chip } from '../../ui/chip.tsx';
import { Hash } from '../../ui/hash.tsx';
import { AlertIcon, CheckIcon, QueuedIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Failure } from '../../ui/notice.tsx';
import css from './audit.module.css';

/** How far the trail is sealed, and what of it was signed. */
export function ChainState() {
  const asked = useQuery(trpc.audit.chain.queryOptions(undefined, { refetchInterval: poll(10_000) }));
  if (!asked.data)
    return asked.isError ? (
      <Failure what="The state of the chain" error={asked.error} retry={() => void asked.refetch()} />
    ) : (
      <div className={`card ${css.chain}`} aria-busy="true">
        <Skeleton height={44} />
      </div>
    );
  const { last, checkpoint, late } = asked.data;
  return (
    <section className={`card ${css.chain}`} aria-label="The chain">
      <div>
        <h2>Sealed</h2>
        {last ? (
          <>
            <span>
              {formatCountOf(last.place, 'record')}
              {last.at !== null && (
                <>
                  , the last from <Moment at={last.at} />
                </>
              )}
            </span>
            <Hash name="the hash of the last record" value={last.hash} />
          </>
        ) : (
          <span>Nothing yet</span>
        )}
      </div>
      <div>
        <h2>Last checkpoint</h2>
        {checkpoint ? (
          <>
            <span>
              <Moment at={checkpoint.at} />, at record {formatCount(checkpoint.place)} of the chain
            </span>
            <span className="row dim small">
              by the key <Hash name="the public key" value={checkpoint.publicKey} />
            </span>
          </>
        ) : (
          <span>None yet</span>
        )}
      </div>
      <div>
        <h2>Sealing</h2>
        <Sealing late={late} isBegun={last !== null} />
      </div>
    </section>
  );
}

function Sealing({ late, isBegun }: { late: number; isBegun: boolean }) {
  if (late > 0)
    return (
      <span>
        <Chip tone="bad" icon={AlertIcon}>
          stands still
        </Chip>{' '}
        {formatCountOf(late, 'record')} wait for their place in the chain: is a worker running?
      </span>
    );
  return (
    <span>
      <Chip tone={isBegun ? 'ok' : 'plain'} icon={isBegun ? CheckIcon : QueuedIcon}>
        {isBegun ? 'goes on' : 'not begun'}
      </Chip>{' '}
      <span className="dim small">
        <span className="mono">assay verify</span> checks all of it
      </span>
    </span>
  );
}

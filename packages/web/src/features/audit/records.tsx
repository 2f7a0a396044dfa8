import type { AuditFilter } from '@assay/shared';
import { Button, Skeleton } from '@mantine/core';
import { useId } from 'react';
import { describeAct, describeActor } from '../../lib/act-words.ts';
import { formatCountOf } from '../../lib/format.ts';
import { useRowKeys } from '../../lib/row-keys.ts';
import { AuditIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Failure, Notice } from '../../ui/notice.tsx';
import { Opener, OpeningRow } from '../../ui/opening-row.tsx';
import { Table } from '../../ui/table.tsx';
import css from './audit.module.css';
import { RecordDetails } from './record-details.tsx';
import { Outcome, Subject, type TrailRecord } from './record-words.tsx';
import { useAddress, useTrail } from './use-trail.ts';

/** The records that are wanted, the newest first. */
export function Records({ filter }: { filter: AuditFilter }) {
  const { open, isFiltered } = useAddress();
  const pages = useTrail(filter);
  const records = pages.data?.pages.flatMap((page) => page.records);
  if (records === undefined)
    return pages.isError ? (
      <Failure what="The trail" error={pages.error} retry={() => void pages.refetch()} />
    ) : (
      <Waiting />
    );
  const isElsewhere = open !== undefined && !records.some(({ id }) => id === open);
  return (
    <>
      <div className="row wrap">
        <span className="dim small push" role="status">
          {pages.hasNextPage
            ? `The newest ${formatCountOf(records.length, 'record')}`
            : formatCountOf(records.length, 'record')}
        </span>
        <Button loading={pages.isRefetching} onClick={() => void pages.refetch()}>
          Look again
        </Button>
      </div>
      {isElsewhere && (
        <div className="card section">
          <RecordDetails id={open} />
        </div>
      )}
      {records.length === 0 ? (
        <div className="card">
          <Notice icon={AuditIcon} title="No record fits.">
            {isFiltered ? 'Take one of the filters away.' : 'Nothing was done here yet.'}
          </Notice>
        </div>
      ) : (
        <RecordTable records={records} open={open} />
      )}
      {pages.hasNextPage && (
        <div>
          <Button loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            Show older records
          </Button>
        </div>
      )}
    </>
  );
}

const columns = ['When', 'Who', 'Act', 'On', 'Outcome', 'From'];

function RecordTable({ records, open }: { records: readonly TrailRecord[]; open: string | undefined }) {
  const { list } = useRowKeys<HTMLDivElement>(records.length, 'a[aria-expanded]');
  return (
    <div ref={list}>
      <Table columns={columns} label="Records of the audit trail">
        {records.map((record) => (
          <RecordLine key={record.id} record={record} open={record.id === open} />
        ))}
      </Table>
    </div>
  );
}

function RecordLine({ record, open }: { record: TrailRecord; open: boolean }) {
  const id = useId();
  const cells = (
    <>
      <td>
        <div style={{ whiteSpace: 'nowrap' }}>
          <Opener
            from="/audit"
            to="/audit"
            search={(before) => ({ ...before, open: open ? undefined : record.id })}
            replace
            resetScroll={false}
            open={open}
            opens={id}
          >
            <Moment at={record.at} />
            <span className="visually-hidden">
              , record {record.id}: {describeAct(record.act)}
            </span>
          </Opener>
        </div>
      </td>
      <td data-word="Who">
        <bdi className={record.username === null ? 'dim' : undefined}>{describeActor(record)}</bdi>
      </td>
      <td data-word="Act">{describeAct(record.act)}</td>
      <td data-word="On" className={css.on}>
        <Subject record={record} />
      </td>
      <td data-word="Outcome">
        <span>
          <Outcome outcome={record.outcome} />
        </span>
      </td>
      <td data-word="From" className="dim">
        {record.address ?? 'here'}
      </td>
    </>
  );
  return (
    <OpeningRow open={open} id={id} columns={columns.length} cells={cells}>
      <RecordDetails id={record.id} />
    </OpeningRow>
  );
}

function Waiting() {
  return (
    <div className="card" aria-busy="true">
      {Array.from({ length: 8 }, (_, index) => (
        <div key={index} className="section">
          <Skeleton height={20} />
        </div>
      ))}
    </div>
  );
}

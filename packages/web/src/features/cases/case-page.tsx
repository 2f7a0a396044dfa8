import { mayInCase } from '@assay/shared';
import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { nameCase } from '../../lib/case-words.ts';
import { formatCountOf } from '../../lib/format.ts';
import { useMe } from '../../lib/me.ts';
import { type Answers, trpc } from '../../lib/trpc.ts';
import { useTitle } from '../../lib/use-title.ts';
import { BackIcon, UnknownIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Failure, Notice } from '../../ui/notice.tsx';
import { RunTable } from '../../ui/run-table.tsx';
import { Views } from '../../ui/views.tsx';
import { CaseChips } from './case-chips.tsx';
import { CaseModels } from './case-models.tsx';
import { CaseSettings } from './case-settings.tsx';
import css from './cases.module.css';
import { Members } from './members.tsx';

export type Case = Answers['cases']['get'];

export function CasePage() {
  const { caseId } = useParams({ from: '/frame/cases/$caseId' });
  const asked = useQuery(trpc.cases.get.queryOptions({ id: caseId }));
  useTitle(asked.data?.name ?? 'Case');
  if (asked.data) return <KnownCase found={asked.data} />;
  if (asked.error?.data?.code === 'BAD_REQUEST' || asked.error?.data?.httpStatus === 404)
    return (
      <Notice
        icon={UnknownIcon}
        title="There is no such case of yours."
        whole
        actions={<Link to="/cases">All cases</Link>}
      >
        Its managers can make you a member, if there is one.
      </Notice>
    );
  if (asked.isError) return <Failure what="The case" whole error={asked.error} retry={() => void asked.refetch()} />;
  return (
    <div className={css.page} aria-busy="true">
      <h1 className="visually-hidden">A case, being loaded</h1>
      <Skeleton height={24} width={320} />
      <Skeleton height={180} radius="md" />
    </div>
  );
}

function KnownCase({ found }: { found: Case }) {
  const { view } = useSearch({ from: '/frame/cases/$caseId' });
  const me = useMe();
  const { id, role, archivedAt, people } = found;
  return (
    <div className={css.page}>
      <div className="row wrap" style={{ gap: '4px 10px' }}>
        <Link to="/cases" className="dim row" style={{ gap: 4, textDecoration: 'none' }} aria-label="All cases">
          <BackIcon size={15} aria-hidden />
        </Link>
        <h1 className={css.title} dir="auto">
          {nameCase(found, me?.username)}
        </h1>
        <CaseChips {...found} />
        <span className="dim">
          you are a {role} · made <Moment at={found.createdAt} /> by {found.createdBy}
        </span>
        <span className="push" />
        {mayInCase(role, 'contribute') && archivedAt === null && (
          <Button
            variant="filled"
            size="sm"
            renderRoot={(props) => <Link to="/upload" search={{ case: id }} {...props} />}
          >
            Upload into it
          </Button>
        )}
      </div>
      {archivedAt !== null && (
        <p className="dim small" style={{ margin: 0 }}>
          In the archive since <Moment at={archivedAt} />: it takes no uploads, and everything in it stays to be seen.
        </p>
      )}
      <Views
        label="Views of this case"
        chosen={view}
        views={[
          { words: 'Runs' },
          { view: 'models', words: 'Models' },
          { view: 'members', words: formatCountOf(people.length, 'member') },
          { view: 'settings', words: 'Settings' },
        ]}
      />
      {view === 'models' ? (
        <CaseModels id={id} />
      ) : view === 'members' ? (
        <Members found={found} />
      ) : view === 'settings' ? (
        <CaseSettings found={found} />
      ) : (
        <CaseRuns found={found} />
      )}
    </div>
  );
}

function CaseRuns({ found: { id, role, archivedAt } }: { found: Case }) {
  const canAdd = mayInCase(role, 'contribute') && archivedAt === null;
  return (
    <RunTable
      within={id}
      actions={
        canAdd && (
          <Link to="/upload" search={{ case: id }}>
            Upload files
          </Link>
        )
      }
    >
      {canAdd
        ? 'What you or other members upload into this case is listed here.'
        : 'What its contributors upload into this case is listed here.'}
    </RunTable>
  );
}

import type { Right } from '@assay/shared';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatCountOf, formatPercent } from '../lib/format.ts';
import { useMay, useMe } from '../lib/me.ts';
import { poll } from '../lib/poll.ts';
import { countRevealedToday, revealedToday } from '../lib/reveal.ts';
import { sendingShare } from '../lib/sending.ts';
import { useStore } from '../lib/store.ts';
import { trpc } from '../lib/trpc.ts';
import {
  AuditIcon,
  CasesIcon,
  GridIcon,
  HomeIcon,
  ModelsIcon,
  PeopleIcon,
  PlayIcon,
  UploadIcon,
  VeilIcon,
} from '../ui/icons.ts';
import css from './frame.module.css';

// Seldom while there is nothing: the page Upload shows the failure of the same question.
const often = poll(15_000, 90_000);

/** Models that need a person, because they take no work. */
function useStalledModels(): number {
  const enabled = useMay('figures');
  const models = useQuery(trpc.models.list.queryOptions({}, { enabled, refetchInterval: often }));
  return models.data?.filter(({ state }) => state === 'offline' || state === 'failed').length ?? 0;
}

/** Runs with work still to be done, of the newest. */
function useOpenRuns(): number {
  const enabled = useMay('read');
  const runs = useQuery(trpc.runs.list.queryOptions({ limit: 50 }, { enabled, refetchInterval: often }));
  return runs.data?.runs.filter(({ counts }) => counts.queued + counts.running > 0).length ?? 0;
}

export function Rail() {
  const openRuns = useOpenRuns();
  const revealed = useStore(revealedToday);
  const share = useStore(sendingShare);
  const stalled = useStalledModels();
  const rights = useMe()?.rights ?? [];
  const all: {
    to: '/' | '/upload' | '/objects' | '/runs' | '/cases' | '/models' | '/people' | '/audit';
    right: Right;
    word: string;
    icon: ReactNode;
    extra?: ReactNode;
  }[] = [
    {
      to: '/',
      right: 'read',
      word: 'Home',
      icon: <HomeIcon size={16} stroke={1.7} aria-hidden />,
    },
    {
      to: '/upload',
      right: 'upload',
      word: 'Upload',
      icon: <UploadIcon size={16} stroke={1.7} aria-hidden />,
      extra: share !== null && <span className={css.extra}>{formatPercent(share)}</span>,
    },
    {
      to: '/objects',
      right: 'read',
      word: 'Objects',
      icon: <GridIcon size={16} stroke={1.7} aria-hidden />,
    },
    {
      to: '/runs',
      right: 'read',
      word: 'Runs',
      icon: <PlayIcon size={16} stroke={1.7} aria-hidden />,
      extra: openRuns > 0 && (
        <span className={css.extra} title={`${formatCountOf(openRuns, 'run')} with work to be done`}>
          {openRuns}
        </span>
      ),
    },
    {
      to: '/cases',
      right: 'read',
      word: 'Cases',
      icon: <CasesIcon size={16} stroke={1.7} aria-hidden />,
    },
    {
      to: '/models',
      right: 'figures',
      word: 'Models',
      icon: <ModelsIcon size={16} stroke={1.7} aria-hidden />,
      extra: stalled > 0 && (
        <span className={css.dot} title={`${formatCountOf(stalled, 'model')} can’t take work`}>
          <span className="visually-hidden">, {formatCountOf(stalled, 'model')} can’t take work</span>
        </span>
      ),
    },
    {
      to: '/people',
      right: 'people',
      word: 'People',
      icon: <PeopleIcon size={16} stroke={1.7} aria-hidden />,
    },
    {
      to: '/audit',
      right: 'audit',
      word: 'Audit',
      icon: <AuditIcon size={16} stroke={1.7} aria-hidden />,
    },
  ];
  const links = all.filter(({ right }) => rights.includes(right));
  return (
    <nav className={css.rail} aria-label="Pages">
      <Link to="/" className={css.brand}>
        <span className={css.diamond} aria-hidden />
        <span className={css.word}>Assay</span>
      </Link>
      {links.map(({ to, word, icon, extra }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === '/' }} className={css.link} title={word}>
          {icon}
          <span className={css.word}>{word}</span>
          {extra}
        </Link>
      ))}
      {rights.includes('read') && (
        <p
          className={css.revealed}
          style={{ marginBottom: 0 }}
          title="Pictures, videos and recordings that you looked at unveiled today, in this browser"
        >
          <VeilIcon size={16} stroke={1.7} className="icon" aria-hidden />
          <span>
            {countRevealedToday(revealed)} <span className={css.word}>revealed today</span>
          </span>
        </p>
      )}
    </nav>
  );
}

import { disputed, mayInCase, printSearchWord } from '@assay/shared';
import { useQueries, useQuery } from '@tanstack/react-query';
import { nameCase } from '../../lib/case-words.ts';
import { useMay, useMe } from '../../lib/me.ts';
import { poll } from '../../lib/poll.ts';
import { type Answers, trpc } from '../../lib/trpc.ts';

type Model = Answers['models']['seen'][number];

/** What may need a person: the search that finds exactly these objects, and what they are. */
export interface Need {
  query: string;
  of:
    | { kind: 'failed' }
    | { kind: 'waiting'; model: Model }
    | { kind: 'unreviewed'; case: string }
    | { kind: 'disputed'; case: string };
}

const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
const often = { refetchInterval: poll(30_000) };

/** Each is counted for itself, by the same search that its link leads to: a slow one holds up no other. */
export function useNeeds() {
  const me = useMe();
  const mayJudge = useMay('judge');
  const models = useQuery(trpc.models.seen.queryOptions(undefined, often));
  const cases = useQuery(trpc.cases.list.queryOptions(undefined, often));
  const needs = models.data && cases.data ? listNeeds(models.data, mayJudge ? cases.data : [], me?.username) : [];
  const counts = useQueries({
    queries: needs.map(({ query }) =>
      trpc.objects.count.queryOptions({ query, timeZone }, { refetchInterval: 30_000 }),
    ),
  });
  const failed = [models, cases].find(({ isError, data }) => isError && data === undefined);
  return {
    needs: needs.flatMap((need, at) => {
      const asked = counts[at];
      return asked ? [{ need, asked }] : [];
    }),
    isWaiting: models.data === undefined || cases.data === undefined,
    failed,
  };
}

function listNeeds(models: Model[], cases: Answers['cases']['list'], me: string | undefined): Need[] {
  const away = models.filter(({ state, pause }) => (state !== 'ready' && state !== 'busy') || pause !== null);
  const judged = cases.filter(({ role, archivedAt }) => mayInCase(role, 'contribute') && archivedAt === null);
  const isOnly = (name: string) => cases.filter((each) => each.name.toLowerCase() === name.toLowerCase()).length === 1;
  return [
    { query: 'state = failed', of: { kind: 'failed' } },
    ...[...new Map(away.map((model) => [model.name, model])).values()].map(
      (model): Need => ({ query: `state = ${model.name}:waiting`, of: { kind: 'waiting', model } }),
    ),
    ...judged.flatMap((found): Need[] => {
      const within = `case = ${printSearchWord(isOnly(found.name) ? found.name : found.id)}`;
      const name = nameCase(found, me);
      return [
        ...(found.independentReview
          ? [{ query: `${within} AND verdict = ${disputed}`, of: { kind: 'disputed' as const, case: name } }]
          : []),
        { query: `${within} AND verdict = none`, of: { kind: 'unreviewed', case: name } },
      ];
    }),
  ];
}

import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { forgetSaid, noteSaid, saidStore } from '../../lib/said.ts';
import { useStore } from '../../lib/store.ts';
import { type Answers, queryClient, trpc } from '../../lib/trpc.ts';

export type JudgedCase = Answers['judging']['of'][number];

/** The case in which the object is judged: the one of the address, or the first in which the person may. */
export function useJudgedCase(hash: string) {
  const { case: asked } = useSearch({ from: '/frame/objects/$hash' });
  const said = useQuery(trpc.judging.of.queryOptions({ hash }));
  const cases = said.data ?? [];
  const chosen = cases.find(({ id }) => id === asked) ?? cases.find(({ mayJudge }) => mayJudge) ?? cases[0];
  return { said, cases, chosen };
}

const { search, facets, count } = trpc.objects;
export const refreshJudging = () =>
  Promise.all([trpc.judging, search, facets, count].map((each) => queryClient.invalidateQueries(each.pathFilter())));

/** Ways to say something of the object in the case. What was said can be undone. */
export function useSay(hash: string, caseId: string) {
  const options = <Input>(what: (input: Input) => string) => ({
    onSuccess: (answer: { id: string | null }, input: Input) => {
      if (answer.id !== null) noteSaid({ id: answer.id, hash, what: what(input) });
      return refreshJudging();
    },
  });
  const verdict = useMutation(
    trpc.judging.giveVerdict.mutationOptions(
      options(({ verdict: said }: { verdict: string | null }) => said ?? 'no verdict'),
    ),
  );
  const prediction = useMutation(
    trpc.judging.judgePrediction.mutationOptions(
      options(({ verdict: said }: { verdict: string | null }) => said ?? 'no verdict'),
    ),
  );
  const tag = useMutation(trpc.judging.tag.mutationOptions(options(({ name }: { name: string }) => `the tag ${name}`)));
  const untag = useMutation(trpc.judging.untag.mutationOptions(options(() => 'a tag taken off')));
  const of = { case: caseId, hash };
  return {
    isPending: verdict.isPending || prediction.isPending || tag.isPending || untag.isPending,
    fault: (verdict.error ?? prediction.error ?? tag.error ?? untag.error)?.message,
    giveVerdict: (said: string | null) => verdict.mutateAsync({ ...of, verdict: said }),
    judgePrediction: (id: string, said: 'right' | 'wrong' | 'unsure' | null) =>
      prediction.mutate({ case: caseId, prediction: id, verdict: said }),
    tag: (name: string) => tag.mutate({ ...of, name }),
    untag: (id: string) => untag.mutate({ ...of, tag: id }),
  };
}

/** Takes back what the person said last, on whichever object, and shows that. */
export function useUndo(hash: string) {
  const last = useStore(saidStore).at(-1);
  const navigate = useNavigate({ from: '/objects/$hash' });
  const undo = useMutation(
    trpc.judging.undo.mutationOptions({
      onSuccess: (_, { id }) => {
        const of = saidStore.get().find((said) => said.id === id)?.hash;
        forgetSaid(id);
        if (of && of !== hash)
          void navigate({ to: '/objects/$hash', params: { hash: of }, search: (before) => before });
        return refreshJudging();
      },
      // Somebody has said something else since: it can’t be undone later either.
      onError: (_, { id }) => forgetSaid(id),
    }),
  );
  return {
    last,
    fault: undo.error?.message,
    isPending: undo.isPending,
    undo: () => {
      if (last && !undo.isPending) undo.mutate({ id: last.id });
    },
  };
}

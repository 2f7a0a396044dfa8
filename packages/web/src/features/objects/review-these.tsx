import { allOf, listParts, mayInCase, printSearch, type SearchQuery } from '@assay/shared';
import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { nameCase } from '../../lib/case-words.ts';
import { useMay, useMe } from '../../lib/me.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { type Answers, queryClient, trpc } from '../../lib/trpc.ts';
import { CheckIcon, OpenIcon } from '../../ui/icons.ts';
import { newestFirst } from './use-search.ts';

interface ReviewTheseProps {
  query: SearchQuery;
  sort: string;
  found: Answers['objects']['facets'] | undefined;
}

const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

/** What is reviewed stays of the review: it is not what was still to be reviewed alone. */
const isUnreviewed = (part: SearchQuery) =>
  part.kind === 'words' && part.field === 'verdict' && part.operator === '=' && part.values.join() === 'none';

/** The cases that the person judges in and that have some of what was found. */
export function useJudgedCases(found: ReviewTheseProps['found']) {
  const mayJudge = useMay('judge');
  const cases = useQuery(trpc.cases.list.queryOptions(undefined, { enabled: mayJudge })).data ?? [];
  return cases.filter(
    ({ name, role, archivedAt }) =>
      mayInCase(role, 'contribute') && archivedAt === null && found?.cases.some(({ value }) => value === name),
  );
}

/** Leads to the first object of the search that has no verdict. */
export function ReviewThese({ query, sort, found }: ReviewTheseProps) {
  const me = useMe();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const cases = useJudgedCases(found);
  const start = async (id: string) => {
    setSaid(null);
    const review = printSearch(allOf(listParts(query).filter((part) => !isUnreviewed(part))));
    const asked = { query: review, case: id, sort, timeZone };
    const { next } = await queryClient.fetchQuery(trpc.judging.review.queryOptions(asked, { staleTime: 0 }));
    if (next === null) return setSaid('All of these have a verdict.');
    const search = { review, case: id, sort: sort === newestFirst ? undefined : sort };
    await navigate({ to: '/objects/$hash', params: { hash: next }, search });
  };
  const begin = (id: string) => void start(id).catch((error: unknown) => setSaid(String((error as Error).message)));
  const [only, ...others] = cases;
  const press = () => (others.length > 0 ? setOpened(true) : only && begin(only.id));
  useShortcuts(only ? [{ keys: 'r', does: 'Review these', run: press }] : []);
  if (!only) return null;
  const button = (
    <Button
      onClick={others.length > 0 ? undefined : press}
      leftSection={<CheckIcon size={14} aria-hidden />}
      rightSection={others.length > 0 ? <OpenIcon size={13} aria-hidden /> : <kbd>r</kbd>}
    >
      Review these
    </Button>
  );
  return (
    <>
      {others.length > 0 ? (
        <Menu opened={opened} onChange={setOpened} position="bottom-end" width={260}>
          <Menu.Target>{button}</Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>In which case</Menu.Label>
            {cases.map((each) => (
              <Menu.Item key={each.id} onClick={() => begin(each.id)}>
                <bdi>{nameCase(each, me?.username)}</bdi>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : (
        button
      )}
      <span role="status" className="dim small">
        {said}
      </span>
    </>
  );
}

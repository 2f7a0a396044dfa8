import { Button } from '@mantine/core';
import { useState } from 'react';
import { formatCount } from '../../lib/format.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import type { Answers } from '../../lib/trpc.ts';
import { CheckIcon, TagIcon } from '../../ui/icons.ts';
import { JudgeMany } from './judge-many.tsx';
import css from './judging.module.css';
import { useJudgedCases } from './review-these.tsx';
import type { Chosen } from './use-chosen.ts';

interface SelectionBarProps {
  q: string;
  chosen: Chosen;
  found: Answers['objects']['facets'] | undefined;
}

/** What can be said of the chosen objects or, with none chosen, of all that was found. */
export function SelectionBar({ q, chosen, found }: SelectionBarProps) {
  const cases = useJudgedCases(found);
  const [asking, setAsking] = useState<'tag' | 'verdict' | null>(null);
  const { hashes, clear, chooseAll } = chosen;
  const ask = (what: 'tag' | 'verdict') => () => setAsking(what);
  useShortcuts(
    cases.length > 0
      ? [
          { keys: 't', does: 'Tag what is chosen, or all that was found', run: ask('tag') },
          { keys: 'y', does: 'Verdict on what is chosen, or on all that was found', run: ask('verdict') },
          { keys: 'a', does: 'Choose all that are listed', run: chooseAll },
          { keys: 'Escape', does: 'Choose none', run: clear },
        ]
      : [],
  );
  if (cases.length === 0 || !found || found.count === 0) return null;
  return (
    <section className={`card ${css.selection}`} aria-label="Chosen objects">
      <span role="status" className="push">
        {hashes.size > 0 ? <b>{formatCount(hashes.size)} chosen</b> : <span className="dim">All that was found:</span>}
      </span>
      <Button onClick={ask('verdict')} leftSection={<CheckIcon size={14} aria-hidden />} rightSection={<kbd>y</kbd>}>
        Verdict…
      </Button>
      <Button onClick={ask('tag')} leftSection={<TagIcon size={14} aria-hidden />} rightSection={<kbd>t</kbd>}>
        Tag…
      </Button>
      {hashes.size > 0 && (
        <Button onClick={clear} rightSection={<kbd>Esc</kbd>}>
          Choose none
        </Button>
      )}
      {asking && <JudgeMany cases={cases} q={q} hashes={[...hashes]} begin={asking} onClose={() => setAsking(null)} />}
    </section>
  );
}

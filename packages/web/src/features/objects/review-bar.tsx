import { Button, Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { formatCount } from '../../lib/format.ts';
import { goOnStore } from '../../lib/preferences.ts';
import { useStore } from '../../lib/store.ts';
import { BackIcon, NextIcon } from '../../ui/icons.ts';
import css from './judging.module.css';
import type { ReviewState } from './use-review.ts';

/** How far the review is, and the way on. */
export function ReviewBar({ review }: { review: ReviewState }) {
  const { query, sort, far, fault, done, goOn } = review;
  const goesOn = useStore(goOnStore);
  const share = far && far.total > 0 ? far.reviewed / far.total : 0;
  return (
    <section className={`card ${css.review}`} aria-label="Review">
      <Link to="/objects" search={{ q: query || undefined, sort }} className={css.back} title="Back to the search (u)">
        <BackIcon size={14} aria-hidden />
        <span className="clip mono">{query || 'everything'}</span>
      </Link>
      <span className={css.track} aria-hidden>
        <i style={{ width: `${100 * share}%` }} />
      </span>
      <span role="status" className={css.progress}>
        {far
          ? `${formatCount(far.reviewed)} of ${far.more ? 'more than ' : ''}${formatCount(far.total)} reviewed`
          : 'Counting…'}
        {done && ' · nothing is left without a verdict'}
      </span>
      <Checkbox
        size="xs"
        label="Go on after a verdict"
        checked={goesOn}
        onChange={({ currentTarget }) => goOnStore.set(currentTarget.checked)}
      />
      <Button
        onClick={() => void goOn().catch(() => {})}
        leftSection={<NextIcon size={14} aria-hidden />}
        rightSection={<kbd>j</kbd>}
      >
        Next without a verdict
      </Button>
      <span role="alert" className="fault">
        {fault}
      </span>
    </section>
  );
}

import { formatExactMoment, formatMoment } from '../lib/moment.ts';
import { useNow } from '../lib/now.ts';

/** A time: relative up to a day, exact and with its zone on hover. */
export function Moment({ at }: { at: string }) {
  const now = useNow();
  const moment = new Date(at);
  return (
    <time dateTime={at} title={formatExactMoment(moment)}>
      {formatMoment(moment, now)}
    </time>
  );
}

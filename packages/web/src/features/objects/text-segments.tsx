import type { CSSProperties } from 'react';
import { formatScore } from '../../lib/format.ts';
import type { Mark, Segment } from './text-marks.ts';
import css from './text-viewer.module.css';

export type Look = (label: string) => CSSProperties;

const describeMark = ({ label, model, score }: Mark) =>
  `${label}, says ${model}${score === undefined ? '' : ` ${formatScore(score)}`}`;

export const Segments = ({ segments, look }: { segments: readonly Segment[]; look: Look }) =>
  segments.map((segment) => <MarkedSegment key={segment.start} segment={segment} look={look} />);

function MarkedSegment({ segment: { text, marks }, look }: { segment: Segment; look: Look }) {
  const [first, second] = marks;
  if (first === undefined) return text;
  const also = second && ({ '--also': (look(second.label) as Record<string, string>)['--mark'] } as CSSProperties);
  return (
    <mark
      data-label={first.label}
      className={also && css.also}
      style={{ ...look(first.label), ...also }}
      title={marks.map(describeMark).join('\n')}
    >
      {text}
    </mark>
  );
}

import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, useMemo, useRef } from 'react';
import { formatScore } from '../../lib/format.ts';
import { cutText, type Mark, type Segment } from './text-marks.ts';
import { findPieces, indexMarks } from './text-pieces.ts';
import css from './text-viewer.module.css';

export type Look = (label: string) => CSSProperties;

interface MarkedTextProps {
  text: string;
  marks: readonly Mark[];
  look: Look;
}

/** Up to here all of it is in the page, and the browser's own search finds it. */
const mostWhole = 100_000;

export function MarkedText(props: MarkedTextProps) {
  return props.text.length <= mostWhole ? <WholeText {...props} /> : <LongText {...props} />;
}

function WholeText({ text, marks, look }: MarkedTextProps) {
  const segments = useMemo(() => cutText(text, marks), [text, marks]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by key.
    <section className={`card ${css.reading}`} tabIndex={0} aria-label="Text">
      <pre className={css.text} dir="auto">
        <Segments segments={segments} look={look} />
      </pre>
    </section>
  );
}

/** Pixels. */
const lineHeight = 25.2;
const charactersOfLine = 80;

/** Only the pieces that are looked at are in the page. */
function LongText({ text, marks, look }: MarkedTextProps) {
  const scroller = useRef<HTMLElement>(null);
  const starts = useMemo(() => findPieces(text), [text]);
  const marksOf = useMemo(() => indexMarks(marks), [marks]);
  const pieces = useVirtualizer({
    count: starts.length - 1,
    getScrollElement: () => scroller.current,
    // Until it is drawn: as if its lines were full.
    estimateSize: (index) => (((starts[index + 1] ?? 0) - (starts[index] ?? 0)) / charactersOfLine) * lineHeight,
    overscan: 1,
  });
  // By itself the browser goes to where the end was thought to be, before the last pieces were drawn.
  const goToEnd = (event: KeyboardEvent) => {
    if (event.key !== 'End' || event.shiftKey) return;
    event.preventDefault();
    pieces.scrollToIndex(starts.length - 2, { align: 'end' });
  };
  return (
    <section
      ref={scroller}
      className={`card ${css.reading}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by key.
      tabIndex={0}
      aria-label="Text"
      onKeyDown={goToEnd}
    >
      <div className={css.pieces} style={{ height: pieces.getTotalSize() }}>
        {pieces.getVirtualItems().map(({ index, start: top }) => {
          const [start = 0, end = 0] = [starts[index], starts[index + 1]];
          const segments = cutText(text.slice(start, end), marksOf(start, end));
          return (
            <pre
              key={index}
              ref={pieces.measureElement}
              data-index={index}
              className={`${css.text} ${css.piece}`}
              style={{ transform: `translateY(${top}px)` }}
              dir="auto"
            >
              <Segments segments={segments} look={look} />
            </pre>
          );
        })}
      </div>
    </section>
  );
}

const describeMark = ({ label, model, score }: Mark) =>
  `${label}, says ${model}${score === undefined ? '' : ` ${formatScore(score)}`}`;

const Segments = ({ segments, look }: { segments: readonly Segment[]; look: Look }) =>
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

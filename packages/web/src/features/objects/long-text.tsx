import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useMemo, useRef } from 'react';
import type { MarkedTextProps } from './marked-text.tsx';
import { cutText } from './text-marks.ts';
import { findPieces, indexMarks } from './text-pieces.ts';
import { Segments } from './text-segments.tsx';
import css from './text-viewer.module.css';

/** Pixels. */
const lineHeight = 25.2;
const charactersOfLine = 80;

/** Only the pieces that are looked at are in the page. */
export function LongText({ text, marks, look }: MarkedTextProps) {
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

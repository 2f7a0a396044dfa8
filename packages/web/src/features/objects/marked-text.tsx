import { Skeleton } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { cutText, type Mark } from './text-marks.ts';
import { type Look, Segments } from './text-segments.tsx';
import css from './text-viewer.module.css';

const LongText = lazy(() => import('./long-text.tsx').then((m) => ({ default: m.LongText })));

export interface MarkedTextProps {
  text: string;
  marks: readonly Mark[];
  look: Look;
}

/** Up to here all of it is in the page, and the browser's own search finds it. */
const mostWhole = 100_000;

export function MarkedText(props: MarkedTextProps) {
  if (props.text.length <= mostWhole) return <WholeText {...props} />;
  return (
    <Suspense fallback={<Skeleton style={{ flex: 1 }} radius="md" mih={240} />}>
      <LongText {...props} />
    </Suspense>
  );
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

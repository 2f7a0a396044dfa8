import type { PredictionView } from '@assay/shared';
import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type CSSProperties, useMemo, useState } from 'react';
import { formatBytes, formatCount, formatScore } from '../../lib/format.ts';
import { assignColours } from '../../ui/mark-colours.ts';
import { Failure } from '../../ui/notice.tsx';
import { listTextMarks } from './marks-of.ts';
import { readText, type TextObject } from './read-text.ts';
import { cutText, type Mark, type Segment } from './text-marks.ts';
import css from './text-viewer.module.css';

const firstCharacters = 100_000;
/** Beside the colour, so that labels can be told apart without it. */
const lineStyles = ['solid', 'dashed', 'dotted', 'double'];

type Look = (label: string) => CSSProperties;

export function TextViewer({ object, predictions }: { object: TextObject; predictions: readonly PredictionView[] }) {
  const { sha256, size } = object;
  const content = useQuery({
    queryKey: ['text', sha256],
    queryFn: ({ signal }) => readText(object, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (content.isError) return <Failure what="The text" error={content.error} retry={() => void content.refetch()} />;
  if (!content.data) return <Skeleton style={{ flex: 1 }} radius="md" mih={240} />;
  return (
    <MarkedText
      text={content.data.text}
      cut={content.data.readBytes < size ? content.data.readBytes : null}
      size={size}
      marks={listTextMarks(predictions)}
    />
  );
}

interface MarkedTextProps {
  text: string;
  /** Bytes that were read when the text is longer than that. */
  cut: number | null;
  size: number;
  marks: readonly Mark[];
}

function MarkedText({ text, cut, size, marks }: MarkedTextProps) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [whole, setWhole] = useState(false);
  const shown = whole ? text : text.slice(0, firstCharacters);
  const segments = useMemo(
    () =>
      cutText(
        shown,
        marks.filter(({ label }) => !hidden.has(label)),
      ),
    [shown, marks, hidden],
  );
  const labels = useMemo(() => [...new Set(marks.map(({ label }) => label))].sort(), [marks]);
  const look = useMemo((): Look => {
    const colours = assignColours(labels);
    return (label) =>
      ({
        '--mark': colours.get(label),
        '--line-style': lineStyles[labels.indexOf(label) % lineStyles.length],
      }) as CSSProperties;
  }, [labels]);
  const toggle = (label: string) => {
    const next = new Set(hidden);
    if (!next.delete(label)) next.add(label);
    setHidden(next);
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by key. */}
      <section className={`card ${css.reading}`} tabIndex={0} aria-label="Text">
        <pre className={css.text} dir="auto">
          {segments.map((segment) => (
            <MarkedSegment key={segment.start} segment={segment} look={look} />
          ))}
        </pre>
        {shown.length < text.length && (
          <p className="dim small row">
            The first {formatCount(shown.length)} of {formatCount(text.length)} characters.{' '}
            <Button onClick={() => setWhole(true)}>Show all</Button>
          </p>
        )}
        {cut !== null && (
          <p className="dim small">
            The first {formatBytes(cut)} of {formatBytes(size)} are shown. The models had all of it.
          </p>
        )}
      </section>
      {labels.length > 0 && (
        <section className={`card ${css.legend}`} aria-label="Marks in the text">
          {labels.map((label) => (
            <button
              key={label}
              type="button"
              className={css.key}
              style={look(label)}
              aria-pressed={!hidden.has(label)}
              onClick={() => toggle(label)}
            >
              <span className={css.swatch} aria-hidden />
              {label}
              <span className="dim">{formatCount(marks.filter((mark) => mark.label === label).length)}</span>
            </button>
          ))}
        </section>
      )}
    </>
  );
}

const describeMark = ({ label, model, score }: Mark) =>
  `${label}, says ${model}${score === undefined ? '' : ` ${formatScore(score)}`}`;

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

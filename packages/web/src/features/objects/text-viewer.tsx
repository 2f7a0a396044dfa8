import type { PredictionView } from '@assay/shared';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type CSSProperties, useMemo, useState } from 'react';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { assignColours } from '../../ui/mark-colours.ts';
import { Failure } from '../../ui/notice.tsx';
import { MarkedText } from './marked-text.tsx';
import { listTextMarks } from './marks-of.ts';
import { otherEncodings, type ReadBytes, readText, type TextObject } from './read-text.ts';
import type { Mark } from './text-marks.ts';
import type { Look } from './text-segments.tsx';
import css from './text-viewer.module.css';

/** Beside the colour, so that labels can be told apart without it. */
const lineStyles = ['solid', 'dashed', 'dotted', 'double'];

export function TextViewer({ object, predictions }: { object: TextObject; predictions: readonly PredictionView[] }) {
  const content = useQuery({
    queryKey: ['text', object.sha256],
    queryFn: ({ signal }) => readText(object, signal),
    staleTime: Number.POSITIVE_INFINITY,
    // Up to 64 MiB: not for longer than it is looked at.
    gcTime: 0,
  });
  if (content.isLoadingError)
    return <Failure what="The text" error={content.error} retry={() => void content.refetch()} />;
  if (!content.data) return <Skeleton style={{ flex: 1 }} radius="md" mih={240} />;
  return <DecodedText content={content.data} object={object} predictions={predictions} />;
}

interface DecodedTextProps {
  content: ReadBytes;
  object: TextObject;
  predictions: readonly PredictionView[];
}

function DecodedText({ content: { bytes, cut }, object, predictions }: DecodedTextProps) {
  const found = object.encoding ?? 'utf-8';
  const [encoding, setEncoding] = useState(found);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const text = useMemo(() => new TextDecoder(encoding).decode(bytes), [encoding, bytes]);
  // Models counted characters in the text as it was decoded for them.
  const marks = useMemo(() => (encoding === found ? listTextMarks(predictions) : []), [encoding, found, predictions]);
  const shown = useMemo(() => marks.filter(({ label }) => !hidden.has(label)), [marks, hidden]);
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
      <MarkedText key={encoding} text={text} marks={shown} look={look} />
      <section className={`card ${css.legend}`} aria-label="Marks in the text">
        <Legend labels={labels} marks={marks} hidden={hidden} toggle={toggle} look={look} />
        <span className="push" />
        {cut && (
          <span className="dim small">
            The first {formatBytes(bytes.length)} of {formatBytes(object.size)}. The models had all of it.
          </span>
        )}
        <label className={css.encoding}>
          Encoding
          <select value={encoding} onChange={({ currentTarget }) => setEncoding(currentTarget.value)}>
            {[...new Set([found, ...otherEncodings])].map((name) => (
              <option key={name} value={name}>
                {name === found ? `${name} (found)` : name}
              </option>
            ))}
          </select>
        </label>
      </section>
    </>
  );
}

interface LegendProps {
  labels: readonly string[];
  marks: readonly Mark[];
  hidden: ReadonlySet<string>;
  toggle: (label: string) => void;
  look: Look;
}

function Legend({ labels, marks, hidden, toggle, look }: LegendProps) {
  return labels.map((label) => (
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
  ));
}

import { ActionIcon } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useMemo, useRef } from 'react';
import { formatBytes, formatExactBytes } from '../../lib/format.ts';
import { densityStore } from '../../lib/preferences.ts';
import { useStore } from '../../lib/store.ts';
import { RemoveIcon } from '../../ui/icons.ts';
import { FileState } from './file-state.tsx';
import type { Queue, QueuedFile } from './queue.ts';
import css from './upload.module.css';
import { type ModelsByType, removeFiles } from './uploads.ts';

function describeType({ stage, reading }: QueuedFile): string {
  if (stage === 'reading') return '';
  return reading?.mediaType ?? 'not supported';
}

interface LineProps {
  file: QueuedFile;
  models: ModelsByType;
  index: number;
  top: number;
  height: number;
}

const Line = memo(function Line({ file, models, index, top, height }: LineProps) {
  const moving = file.stage === 'waiting' || file.stage === 'sending';
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      className={css.line}
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <div role="cell" tabIndex={-1} className="clip" title={file.path} dir="auto">
        {file.path}
      </div>
      <div role="cell" tabIndex={-1} className="dim">
        {describeType(file)}
      </div>
      <div role="cell" tabIndex={-1} className={`dim ${css.number}`} title={formatExactBytes(file.file.size)}>
        {formatBytes(file.file.size)}
      </div>
      <div role="cell" tabIndex={-1} className={css.state}>
        <FileState file={file} models={models} />
      </div>
      <div role="cell" tabIndex={-1}>
        {!moving && (
          <ActionIcon size={22} onClick={() => removeFiles([file.id])} aria-label={`Take ${file.path} off the list`}>
            <RemoveIcon size={14} />
          </ActionIcon>
        )}
      </div>
    </div>
  );
});

export function FileTable({ queue, models }: { queue: Queue; models: ModelsByType }) {
  const narrow = useMediaQuery('(max-width: 699.9px)', false, { getInitialValueInEffect: false });
  const compact = useStore(densityStore) === 'compact';
  const height = narrow ? 54 : compact ? 29 : 36;
  const scroller = useRef<HTMLDivElement>(null);
  const files = useMemo(() => [...queue.files.values()], [queue.files]);
  const rows = useVirtualizer({
    count: files.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
  });
  // The library keeps the sizes it has seen.
  const heightKey = `${height}`;
  useMemo(() => heightKey && rows.measure(), [heightKey, rows]);
  return (
    <div className={`card ${css.table}`} role="table" aria-label="Files" aria-rowcount={files.length + 1}>
      <div role="rowgroup">
        <div role="row" tabIndex={-1} aria-rowindex={1} className={css.head}>
          {['Name', 'Type'].map((word) => (
            <span key={word} role="columnheader" tabIndex={-1}>
              {word}
            </span>
          ))}
          <span role="columnheader" tabIndex={-1} className={css.number}>
            Size
          </span>
          <span role="columnheader" tabIndex={-1}>
            State
          </span>
          <span role="columnheader" tabIndex={-1}>
            <span className="visually-hidden">Take off the list</span>
          </span>
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by key. */}
      <div ref={scroller} className={css.rows} role="rowgroup" tabIndex={0}>
        <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const file = files[index];
            return file && <Line key={file.id} file={file} models={models} index={index} top={start} height={height} />;
          })}
        </div>
      </div>
    </div>
  );
}

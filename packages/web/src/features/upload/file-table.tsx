import { showFileName } from '@assay/shared';
import { ActionIcon } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useLayoutEffect, useMemo, useRef } from 'react';
import { formatBytes, formatExactBytes } from '../../lib/format.ts';
import { densityStore } from '../../lib/preferences.ts';
import { useStore } from '../../lib/store.ts';
import { RemoveIcon } from '../../ui/icons.ts';
import { removeFiles } from './add-files.ts';
import { FileState } from './file-state.tsx';
import type { Queue, QueuedFile } from './queue.ts';
import css from './upload.module.css';
import type { ModelsByType } from './uploads.ts';

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
    <tr aria-rowindex={index + 2} className={css.line} style={{ transform: `translateY(${top}px)`, height }}>
      <td className="clip" title={showFileName(file.path)} dir="auto">
        {showFileName(file.path)}
      </td>
      <td className="dim">{describeType(file)}</td>
      <td className={`dim ${css.number}`} title={formatExactBytes(file.file.size)}>
        {formatBytes(file.file.size)}
      </td>
      <td className={css.state}>
        <FileState file={file} models={models} />
      </td>
      <td>
        {!moving && (
          <ActionIcon
            size={22}
            c="dimmed"
            onClick={() => removeFiles([file.id])}
            aria-label={`Take ${showFileName(file.path)} off the list`}
          >
            <RemoveIcon size={14} />
          </ActionIcon>
        )}
      </td>
    </tr>
  );
});

export function FileTable({ queue, models }: { queue: Queue; models: ModelsByType }) {
  const narrow = useMediaQuery('(max-width: 699.9px)', false, { getInitialValueInEffect: false });
  const compact = useStore(densityStore) === 'compact';
  const height = narrow ? 54 : compact ? 29 : 36;
  const scroller = useRef<HTMLElement>(null);
  const files = useMemo(() => [...queue.files.values()], [queue.files]);
  const rows = useVirtualizer({
    count: files.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
  });
  // The library keeps the sizes it has seen.
  useLayoutEffect(() => rows.measure(), [height]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by key.
    <section ref={scroller} className={`card ${css.table}`} tabIndex={0} aria-label="Files">
      <table aria-label="Files" aria-rowcount={files.length + 1}>
        <thead>
          <tr aria-rowindex={1} className={css.head}>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col" className={css.number}>
              Size
            </th>
            <th scope="col">State</th>
            <th scope="col">
              <span className="visually-hidden">Take off the list</span>
            </th>
          </tr>
        </thead>
        <tbody style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const file = files[index];
            return file && <Line key={file.id} file={file} models={models} index={index} top={start} height={height} />;
          })}
        </tbody>
      </table>
    </section>
  );
}

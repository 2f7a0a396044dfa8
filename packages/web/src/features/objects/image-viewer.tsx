import type { PredictionView } from '@assay/shared';
import { Skeleton } from '@mantine/core';
import { type CSSProperties, useState } from 'react';
import { addressContent } from '../../lib/object-address.ts';
import { assignColours } from '../../ui/mark-colours.ts';
import { Veil } from '../../ui/veil.tsx';
import { CannotShow } from './cannot-show.tsx';
import { listBoxes, type PlacedBox } from './marks-of.ts';
import css from './object.module.css';
import { RevealHint } from './reveal-hint.tsx';

interface ImageViewerProps {
  hash: string;
  name: string;
  predictions: readonly PredictionView[];
  boxesShown: boolean;
}

/** A small picture is not blown up to a blur. */
const mostEnlarged = 2;
const percent = (fraction: number) => `${fraction * 100}%`;

export function ImageViewer({ hash, name, predictions, boxesShown }: ImageViewerProps) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const [broken, setBroken] = useState(false);
  if (broken) return <CannotShow hash={hash} why="This browser can’t decode the picture. It may be damaged." />;
  const boxes = listBoxes(predictions);
  const fit = {
    '--ratio': size ? size.width / size.height : 1.5,
    '--most': `${(size?.width ?? 800) * mostEnlarged}px`,
  } as CSSProperties;
  return (
    <div className={`card ${css.stage}`}>
      {size === null && <Skeleton className={css.loading} />}
      <div className={css.fit} style={fit}>
        <Veil hash={hash}>
          <img
            src={addressContent(hash)}
            alt={name}
            onLoad={({ currentTarget }) =>
              setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
            }
            onError={() => setBroken(true)}
          />
        </Veil>
        {boxesShown && size !== null && <Boxes boxes={boxes} />}
      </div>
      <RevealHint hash={hash} />
      {size !== null && (
        <span className={css.corner}>
          {size.width} × {size.height}
        </span>
      )}
    </div>
  );
}

function Boxes({ boxes }: { boxes: readonly PlacedBox[] }) {
  const colours = assignColours(boxes.map(({ model }) => model));
  return (
    <ul className={css.boxes} aria-label="Boxes">
      {boxes.map(({ key, model, label, box }) => (
        <li
          key={key}
          className={css.box}
          title={`${model}: ${label}`}
          style={
            {
              '--mark': colours.get(model),
              left: percent(box.x),
              top: percent(box.y),
              width: percent(box.width),
              height: percent(box.height),
            } as CSSProperties
          }
        >
          <span className={`${css.boxLabel} ${box.y < 0.05 ? css.inside : ''}`}>{label}</span>
        </li>
      ))}
    </ul>
  );
}

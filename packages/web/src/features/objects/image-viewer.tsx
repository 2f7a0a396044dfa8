import type { PredictionView } from '@assay/shared';
import { type CSSProperties, useState } from 'react';
import { addressContent } from '../../lib/object-address.ts';
import { usePicture } from '../../lib/preview.ts';
import { assignColours } from '../../ui/mark-colours.ts';
import { CannotShow } from './cannot-show.tsx';
import { listBoxes, type PlacedBox } from './marks-of.ts';
import css from './object.module.css';
import { PictureStage } from './picture-stage.tsx';

interface ImageViewerProps {
  hash: string;
  name: string;
  predictions: readonly PredictionView[];
  boxesShown: boolean;
}

const percent = (fraction: number) => `${fraction * 100}%`;

/** A picture that browsers show, as it is. */
export function ImageViewer({ hash, name, predictions, boxesShown }: ImageViewerProps) {
  const [broken, setBroken] = useState(false);
  if (broken) return <CannotShow hash={hash} why="This browser can’t decode the picture. It may be damaged." />;
  return (
    <PictureStage hash={hash} name={name} src={addressContent(hash)} onError={() => setBroken(true)}>
      {boxesShown && <Boxes boxes={listBoxes(predictions)} />}
    </PictureStage>
  );
}

interface PosterViewerProps extends ImageViewerProps {
  /** Of what browsers don't show. */
  mime: string;
}

/** In the place of what browsers don't show: the picture of it that we made. */
export function PosterViewer({ hash, name, mime, predictions, boxesShown }: PosterViewerProps) {
  const { src, state, reason, onLoad, onError } = usePicture(hash, 'poster');
  if (state === 'none')
    return <CannotShow hash={hash} why={`Browsers can’t show ${mime}. ${reason ?? ''}`} retry="poster" />;
  return (
    <PictureStage
      hash={hash}
      name={name}
      src={src}
      onLoad={onLoad}
      onError={onError}
      note={state === 'shown' ? `a preview: browsers can’t show ${mime}` : 'a preview is being made'}
    >
      {boxesShown && <Boxes boxes={listBoxes(predictions)} />}
    </PictureStage>
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

import { Skeleton } from '@mantine/core';
import { type CSSProperties, type ReactNode, useRef, useState } from 'react';
import { IconButton } from '../../ui/icon-button.tsx';
import { FitIcon, TurnIcon, ZoomInIcon, ZoomOutIcon } from '../../ui/icons.ts';
import { Veil } from '../../ui/veil.tsx';
import css from './object.module.css';
import { RevealHint } from './reveal-hint.tsx';
import { useStage } from './use-stage.ts';

interface PictureStageProps {
  hash: string;
  name: string;
  src: string;
  onLoad?: () => void;
  onError: () => void;
  /** Said of the picture's size. */
  note?: string;
  /** Drawn over the picture, once its size is known. */
  children?: ReactNode;
}

/** A small picture is not blown up to a blur. */
const mostEnlarged = 2;

/** A veiled picture that is zoomed, moved and turned, with what lies over it. */
export function PictureStage({ hash, name, src, onLoad, onError, note, children }: PictureStageProps) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const stage = useRef<HTMLElement>(null);
  const { view, acts, handlers } = useStage(stage);
  const { zoom, x, y, turn } = view;
  const lies = turn === 90 || turn === 270;
  const fit = {
    '--ratio': size ? size.width / size.height : 1.5,
    '--most': `${(size?.width ?? 800) * mostEnlarged}px`,
    '--zoom': zoom,
    transform: `translate(${x}px, ${y}px) scale(${zoom}) rotate(${turn}deg)`,
  } as CSSProperties;
  return (
    <section
      ref={stage}
      className={`card ${css.stage} ${css.movable}`}
      data-zoomed={zoom > 1}
      aria-label="Picture"
      {...handlers}
    >
      {size === null && <Skeleton className={css.loading} />}
      <div className={`${css.fit} ${lies ? css.lying : ''}`} style={fit}>
        <Veil hash={hash}>
          <img
            key={src}
            src={src}
            alt={name}
            draggable={false}
            onLoad={({ currentTarget }) => {
              setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight });
              onLoad?.();
            }}
            onError={onError}
          />
        </Veil>
        {size !== null && children}
      </div>
      <RevealHint hash={hash} />
      {size !== null && (
        <>
          <div className={css.tools} role="toolbar" aria-label="Zoom and turn">
            <IconButton icon={ZoomOutIcon} label="Smaller" keys="-" onClick={acts.zoomOut} disabled={zoom <= 1} />
            <span className={css.zoom} aria-live="polite">
              {zoom === 1 ? 'fits' : `${zoom.toFixed(1)}×`}
            </span>
            <IconButton icon={ZoomInIcon} label="Larger" keys="+" onClick={acts.zoomIn} />
            <IconButton icon={FitIcon} label="The whole picture" keys="0" onClick={acts.fit} disabled={zoom <= 1} />
            <IconButton icon={TurnIcon} label="Turn to the right" keys="r" onClick={acts.turn} />
          </div>
          <span className={css.corner}>{note ?? `${size.width} × ${size.height}`}</span>
        </>
      )}
    </section>
  );
}

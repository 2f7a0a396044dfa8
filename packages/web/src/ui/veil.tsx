import type { CSSProperties, ReactNode } from 'react';
import { blurRadius, useBlur } from '../lib/preferences.ts';
import { useRevealed } from '../lib/reveal.ts';
import css from './veil.module.css';

interface VeilProps {
  hash: string;
  /** Thumbnails need less blur to hide as much. */
  small?: boolean;
  className?: string | undefined;
  children: ReactNode;
}

/** Blurs and greys what is inside until the object is revealed. */
export function Veil({ hash, small = false, className = '', children }: VeilProps) {
  const revealed = useRevealed(hash);
  const { strength, grey } = useBlur();
  const radius = small ? Math.round(blurRadius[strength] / 4) : blurRadius[strength];
  const variables = { '--veil-blur': `${radius}px`, '--veil-grey': grey ? 1 : 0 } as CSSProperties;
  return (
    <div className={`${css.veil} ${revealed ? '' : css.veiled} ${className}`} data-veiled={!revealed} style={variables}>
      <div className={css.media}>{children}</div>
    </div>
  );
}

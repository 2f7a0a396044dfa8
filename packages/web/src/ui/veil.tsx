import type { ReactNode } from 'react';
import { useRevealed } from '../lib/reveal.ts';
import css from './veil.module.css';

interface VeilProps {
  hash: string;
  /** Thumbnails need less blur to hide as much. */
  small?: boolean;
  className?: string | undefined;
  children: ReactNode;
}

/** Blurs and greys what is inside until the object is revealed, as `useVeils` says for the whole page. */
export function Veil({ hash, small = false, className = '', children }: VeilProps) {
  const revealed = useRevealed(hash);
  const veiled = revealed ? '' : small ? css.smallVeiled : css.veiled;
  return (
    <div className={`${css.veil} ${veiled} ${className}`} data-veiled={!revealed}>
      <div className={css.media}>{children}</div>
    </div>
  );
}

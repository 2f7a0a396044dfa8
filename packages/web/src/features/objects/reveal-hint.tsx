import { holdReveal, releaseReveal, useRevealed } from '../../lib/reveal.ts';
import { Chip } from '../../ui/chip.tsx';
import { VeilIcon } from '../../ui/icons.ts';
import css from './object.module.css';

/** Says how to reveal, and does so for as long as it is held. */
export function RevealHint({ hash }: { hash: string }) {
  const revealed = useRevealed(hash);
  return (
    <button
      type="button"
      className={css.hint}
      data-gone={revealed}
      // By key, Space does it wherever the focus is.
      tabIndex={-1}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        holdReveal(hash);
      }}
      onPointerUp={releaseReveal}
      onPointerCancel={releaseReveal}
      onContextMenu={(event) => event.preventDefault()}
    >
      <Chip icon={VeilIcon}>Hold Space, or here, to reveal</Chip>
    </button>
  );
}

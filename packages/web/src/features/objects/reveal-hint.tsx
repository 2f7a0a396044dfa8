import { useRevealed } from '../../lib/reveal.ts';
import { Chip } from '../../ui/chip.tsx';
import { VeilIcon } from '../../ui/icons.ts';
import css from './object.module.css';

export function RevealHint({ hash }: { hash: string }) {
  const revealed = useRevealed(hash);
  return (
    !revealed && (
      <span className={css.hint}>
        <Chip icon={VeilIcon}>Hold Space to reveal</Chip>
      </span>
    )
  );
}

import type { TagColour } from '@assay/shared';
import { RemoveIcon } from './icons.ts';
import { hexOf } from './mark-colours.ts';
import css from './tag.module.css';

interface TagProps {
  name: string;
  colour: TagColour;
  title?: string;
  /** Without it, it can't be taken off. */
  onRemove?: (() => void) | undefined;
}

/** A tag: its word, and its colour beside it. */
export function Tag({ name, colour, title, onRemove }: TagProps) {
  return (
    <span className={css.tag} title={title}>
      <i style={{ background: hexOf[colour] }} aria-hidden />
      <bdi className={css.name}>{name}</bdi>
      {onRemove && (
        <button type="button" aria-label={`Take off the tag ${name}`} onClick={onRemove}>
          <RemoveIcon size={12} aria-hidden />
        </button>
      )}
    </span>
  );
}

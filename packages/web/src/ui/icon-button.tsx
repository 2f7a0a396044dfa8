import type { Icon } from '@tabler/icons-react';
import css from './icon-button.module.css';

interface IconButtonProps {
  icon: Icon;
  /** What it does. */
  label: string;
  /** The key that does it too. */
  keys?: string;
  onClick: () => void;
  disabled?: boolean;
}

export function IconButton({ icon: ButtonIcon, label, keys, onClick, disabled = false }: IconButtonProps) {
  return (
    <button
      type="button"
      className={css.button}
      aria-label={label}
      title={keys ? `${label} (${keys})` : label}
      onClick={onClick}
      disabled={disabled}
    >
      <ButtonIcon size={16} stroke={1.8} aria-hidden />
    </button>
  );
}

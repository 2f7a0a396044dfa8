import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './chip.module.css';

export type Tone = 'plain' | 'ok' | 'bad' | 'wait' | 'accent';

interface ChipProps {
  tone?: Tone;
  icon?: Icon;
  spins?: boolean;
  title?: string | undefined;
  children: ReactNode;
}

export function Chip({ tone = 'plain', icon: ChipIcon, spins = false, title, children }: ChipProps) {
  return (
    <span className={`${css.chip} ${css[tone] ?? ''}`} title={title}>
      {ChipIcon && <ChipIcon size={13} stroke={1.8} className={spins ? 'icon spin' : 'icon'} aria-hidden />}
      <span className={css.text}>{children}</span>
    </span>
  );
}

import type { Icon } from '@tabler/icons-react';
import { Chip } from './chip.tsx';
import { CheckIcon, RemoveIcon, UnsureIcon, VerdictIcon } from './icons.ts';

const icons: Record<string, Icon> = {
  relevant: CheckIcon,
  right: CheckIcon,
  'not relevant': RemoveIcon,
  wrong: RemoveIcon,
  unsure: UnsureIcon,
};

/** The sign of a verdict, on an object or a prediction; a case’s own verdicts share one. */
export const iconOfVerdict = (verdict: string): Icon => icons[verdict] ?? VerdictIcon;

/** As a button says it. */
export const wordOfVerdict = (verdict: string): string => verdict.charAt(0).toUpperCase() + verdict.slice(1);

export function VerdictChip({ verdict }: { verdict: string }) {
  return (
    <Chip tone="accent" icon={iconOfVerdict(verdict)} title={`Verdict: ${verdict}`}>
      {verdict}
    </Chip>
  );
}

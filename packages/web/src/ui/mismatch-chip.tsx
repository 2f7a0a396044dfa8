import type { Mismatch } from '@assay/shared';
import { Chip } from './chip.tsx';
import { AlertIcon } from './icons.ts';

interface MismatchChipProps {
  mismatch: Mismatch;
  /** It is of another name than the one that is shown beside. */
  also?: boolean;
}

/** Says that a file's name promises another format than its bytes are. */
export function MismatchChip({ mismatch: { extension, mime }, also = false }: MismatchChipProps) {
  const words = `${also ? 'also ' : ''}named .${extension}, is ${mime}`;
  return (
    <Chip tone="wait" icon={AlertIcon} title={words}>
      {words}
    </Chip>
  );
}

import { Chip } from '../../ui/chip.tsx';
import { ArchiveIcon, HoldIcon } from '../../ui/icons.ts';

/** What is special about a case. */
export function CaseChips({ archivedAt, heldAt }: { archivedAt: string | null; heldAt: string | null }) {
  return (
    <>
      {archivedAt !== null && <Chip icon={ArchiveIcon}>archived</Chip>}
      {heldAt !== null && (
        <Chip tone="wait" icon={HoldIcon}>
          legal hold
        </Chip>
      )}
    </>
  );
}

import { DeletedIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { FoundObject } from './file-facts.tsx';

/** In place of a viewer. */
export function DeletedNotice({ deletion }: { deletion: NonNullable<FoundObject['deletion']> }) {
  const { at, by, reason } = deletion;
  return (
    <div className="card" style={{ flex: 1, display: 'grid', placeContent: 'center' }}>
      <Notice icon={DeletedIcon} title="The bytes were deleted">
        <Moment at={at} />, {by === null ? 'by the rule of the case' : `by ${by}`}: <q dir="auto">{reason}</q>.
        <br />
        Results, hashes and names stay. Uploading the same file again brings it back.
      </Notice>
    </div>
  );
}

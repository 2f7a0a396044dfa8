import { addressDownload } from '../../lib/object-address.ts';
import { VeilIcon } from '../../ui/icons.ts';
import { Notice } from '../../ui/notice.tsx';

/** In place of a viewer: why there is none, and the bytes themselves. */
export function CannotShow({ hash, why }: { hash: string; why: string }) {
  return (
    <div className="card" style={{ flex: 1, display: 'grid', placeContent: 'center' }}>
      <Notice icon={VeilIcon} title="No preview" actions={<a href={addressDownload(hash)}>Download the file</a>}>
        {why} What the models said of it stands beside.
      </Notice>
    </div>
  );
}

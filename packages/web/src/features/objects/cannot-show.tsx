import type { PreviewKind } from '@assay/shared';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { addressDownload } from '../../lib/object-address.ts';
import { retryPreview } from '../../lib/preview.ts';
import { VeilIcon } from '../../ui/icons.ts';
import { Notice } from '../../ui/notice.tsx';

interface CannotShowProps {
  hash: string;
  why: string;
  /** The preview that could be made once more. */
  retry?: PreviewKind;
}

/** In place of a viewer: why there is none, and the bytes themselves. */
export function CannotShow({ hash, why, retry }: CannotShowProps) {
  const [asked, setAsked] = useState(false);
  const askAgain = (kind: PreviewKind) => {
    setAsked(true);
    void retryPreview(hash, kind).catch(() => setAsked(false));
  };
  return (
    <div className="card" style={{ flex: 1, display: 'grid', placeContent: 'center' }}>
      <Notice
        icon={VeilIcon}
        title="No preview"
        actions={
          <>
            {retry && (
              <Button disabled={asked} onClick={() => askAgain(retry)}>
                {asked ? 'It is tried again' : 'Try again'}
              </Button>
            )}
            <a href={addressDownload(hash)}>Download the file</a>
          </>
        }
      >
        {why} What the models said of it stands beside.
      </Notice>
    </div>
  );
}

import { useEffect, useRef } from 'react';
import { reachable } from '../lib/connection.ts';
import { useStore } from '../lib/store.ts';
import { OfflineIcon } from '../ui/icons.ts';
import css from './offline-banner.module.css';

/** Says that the server does not answer, for as long as it does not. */
export function BannerOffline({ onReturn }: { onReturn?: () => void }) {
  const up = useStore(reachable);
  const was = useRef(up);
  useEffect(() => {
    if (up && !was.current) onReturn?.();
    was.current = up;
  }, [up, onReturn]);
  return (
    <div role="status">
      {!up && (
        <p className={css.banner}>
          <OfflineIcon size={15} stroke={1.7} aria-hidden />
          The server can’t be reached. What you see may be old; Assay asks again every few seconds.
        </p>
      )}
    </div>
  );
}

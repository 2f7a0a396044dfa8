import type { MediaType } from '@assay/shared';
import { useState } from 'react';
import { addressContent, canPlayVideo, canShowImage } from '../lib/object-address.ts';
import { mediaTypeIcons } from './media-type.tsx';
import css from './thumbnail.module.css';
import { Veil } from './veil.tsx';

/** A small, veiled picture of an object, or the sign of its media type where a browser can't show it. */
export function Thumbnail({ hash, mime, mediaType }: { hash: string; mime: string; mediaType: MediaType }) {
  const [broken, setBroken] = useState(false);
  const TypeIcon = mediaTypeIcons[mediaType];
  const giveUp = () => setBroken(true);
  if (!broken && canShowImage(mime)) {
    return (
      <Veil hash={hash} small className={css.thumbnail}>
        <img src={addressContent(hash)} alt="" loading="lazy" decoding="async" onError={giveUp} />
      </Veil>
    );
  }
  if (!broken && canPlayVideo(mime)) {
    return (
      <Veil hash={hash} small className={css.thumbnail}>
        <video
          src={`${addressContent(hash)}#t=0.5`}
          preload="metadata"
          muted
          tabIndex={-1}
          onError={giveUp}
          aria-hidden
        />
      </Veil>
    );
  }
  return (
    <div className={css.thumbnail}>
      <TypeIcon size={18} stroke={1.5} className={css.icon} aria-hidden />
    </div>
  );
}

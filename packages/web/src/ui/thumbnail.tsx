import { listPreviewKinds, type MediaType } from '@assay/shared';
import { usePicture } from '../lib/preview.ts';
import { mediaTypeIcons } from './media-type.tsx';
import css from './thumbnail.module.css';
import { Veil } from './veil.tsx';

interface ThumbnailProps {
  hash: string;
  mime: string;
  mediaType: MediaType;
  /** A row's, or as wide as the cell of a grid. */
  size?: 'row' | 'cell';
}

/**
 * A small, veiled picture of an object, made by us; the sign of its media type where there is none, with the reason as
 * its title. It has its final size from the beginning.
 */
export function Thumbnail({ size = 'row', ...object }: ThumbnailProps) {
  const frame = `${css.thumbnail} ${css[size]}`;
  if (!listPreviewKinds(object).includes('thumbnail')) return <Sign frame={frame} mediaType={object.mediaType} />;
  return <Picture key={object.hash} frame={frame} {...object} />;
}

function Picture({ frame, hash, mediaType }: Omit<ThumbnailProps, 'size'> & { frame: string }) {
  const { src, state, reason, onLoad, onError } = usePicture(hash, 'thumbnail');
  if (state === 'none') return <Sign frame={frame} mediaType={mediaType} why={reason} />;
  return (
    <Veil hash={hash} small className={frame}>
      <img
        key={src}
        src={src}
        alt=""
        loading="lazy"
        decoding="async"
        data-state={state}
        onLoad={onLoad}
        onError={onError}
      />
    </Veil>
  );
}

function Sign({ frame, mediaType, why }: { frame: string; mediaType: MediaType; why?: string | undefined }) {
  const TypeIcon = mediaTypeIcons[mediaType];
  return (
    <div className={frame} title={why && `No preview: ${why}`}>
      <TypeIcon size={18} stroke={1.5} className={css.icon} aria-hidden />
    </div>
  );
}

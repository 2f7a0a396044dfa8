import { canPlaySound, canPlayVideo, canShowImage } from '../../lib/object-address.ts';
import { CannotShow } from './cannot-show.tsx';
import type { FoundObject } from './file-facts.tsx';
import { ImageViewer } from './image-viewer.tsx';
import { Player } from './player.tsx';
import { TextViewer } from './text-viewer.tsx';

/** Shows an object in the way that its bytes allow. */
export function ObjectViewer({ object, name, boxesShown }: { object: FoundObject; name: string; boxesShown: boolean }) {
  const { sha256, mediaType, mime, predictions } = object;
  switch (mediaType) {
    case 'text':
      return <TextViewer object={object} predictions={predictions} />;
    case 'image':
      if (canShowImage(mime))
        return <ImageViewer hash={sha256} name={name} predictions={predictions} boxesShown={boxesShown} />;
      break;
    case 'video':
      if (canPlayVideo(mime)) return <Player hash={sha256} name={name} kind="video" predictions={predictions} />;
      break;
    case 'audio':
      if (canPlaySound(mime)) return <Player hash={sha256} name={name} kind="audio" predictions={predictions} />;
      break;
  }
  return <CannotShow hash={sha256} why={`Browsers can’t show ${mime}.`} />;
}

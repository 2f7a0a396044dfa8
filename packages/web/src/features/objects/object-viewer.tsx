import { canPlaySound, canPlayVideo, canShowImage } from '../../lib/object-address.ts';
import { CannotShow } from './cannot-show.tsx';
import { DeletedNotice } from './deleted-notice.tsx';
import { useFamily } from './family.tsx';
import type { FoundObject } from './file-facts.tsx';
import { ImageViewer, PosterViewer } from './image-viewer.tsx';
import { Player } from './player.tsx';
import { TextViewer } from './text-viewer.tsx';

/** Shows an object in the way that its bytes allow. */
export function ObjectViewer({ object, name, boxesShown }: { object: FoundObject; name: string; boxesShown: boolean }) {
  const { sha256, mediaType, mime, predictions } = object;
  if (object.deletion) return <DeletedNotice deletion={object.deletion} />;
  const shown = { hash: sha256, name, predictions };
  switch (mediaType) {
    case 'text':
      return <TextViewer object={object} predictions={predictions} />;
    case 'image':
      if (canShowImage(mime)) return <ImageViewer {...shown} boxesShown={boxesShown} />;
      return <PosterViewer {...shown} mime={mime} boxesShown={boxesShown} />;
    case 'video':
      if (canPlayVideo(mime)) return <Recording object={object} name={name} kind="video" />;
      return <PosterViewer {...shown} mime={mime} boxesShown={boxesShown} />;
    case 'audio':
      if (canPlaySound(mime)) return <Recording object={object} name={name} kind="audio" />;
      return <CannotShow hash={sha256} why={`Browsers can’t play ${mime}.`} />;
  }
}

function Recording({ object, name, kind }: { object: FoundObject; name: string; kind: 'video' | 'audio' }) {
  const { sha256, mime, predictions } = object;
  const { data } = useFamily(object);
  const found = data?.derived.flatMap(({ hits }) => hits) ?? [];
  return <Player hash={sha256} name={name} mime={mime} predictions={predictions} found={found} kind={kind} />;
}

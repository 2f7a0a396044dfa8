import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { canPlaySound, canPlayVideo, canShowImage } from '../../lib/object-address.ts';
import { CannotShow } from './cannot-show.tsx';
import { DeletedNotice } from './deleted-notice.tsx';
import { useFamily } from './family.tsx';
import type { FoundObject } from './file-facts.tsx';

// What an object needs is loaded with it, and nothing for the other types.
const TextViewer = lazy(() => import('./text-viewer.tsx').then((m) => ({ default: m.TextViewer })));
const ImageViewer = lazy(() => import('./image-viewer.tsx').then((m) => ({ default: m.ImageViewer })));
const PosterViewer = lazy(() => import('./image-viewer.tsx').then((m) => ({ default: m.PosterViewer })));
const Player = lazy(() => import('./player.tsx').then((m) => ({ default: m.Player })));

interface ObjectViewerProps {
  object: FoundObject;
  name: string;
  boxesShown: boolean;
}

/** Shows an object in the way that its bytes allow. */
export function ObjectViewer(props: ObjectViewerProps) {
  return (
    <Suspense fallback={<Skeleton style={{ flex: 1 }} radius="md" mih={240} />}>
      <ViewerOfType {...props} />
    </Suspense>
  );
}

function ViewerOfType({ object, name, boxesShown }: ObjectViewerProps) {
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

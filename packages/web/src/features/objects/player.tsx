import type { PredictionView } from '@assay/shared';
import { useSearch } from '@tanstack/react-router';
import { type CSSProperties, useCallback, useEffect, useRef, useState } from 'react';
import { addressContent, addressPreview } from '../../lib/object-address.ts';
import { retryPreview, useWaveform } from '../../lib/preview.ts';
import { useRevealed } from '../../lib/reveal.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { Veil } from '../../ui/veil.tsx';
import { CannotShow } from './cannot-show.tsx';
import { PosterViewer } from './image-viewer.tsx';
import { findMarkBefore, findNextMark, frameRateOf, type Hit, listLanes } from './marks-of.ts';
import stage from './object.module.css';
import css from './player.module.css';
import { nextSpeed, PlayerControls } from './player-controls.tsx';
import { RevealHint } from './reveal-hint.tsx';
import { Timeline } from './timeline.tsx';
import { useMediaClock } from './use-media.ts';

interface PlayerProps {
  hash: string;
  name: string;
  kind: 'video' | 'audio';
  mime: string;
  predictions: readonly PredictionView[];
  /** In what was made of it. */
  found: readonly Hit[];
}

/** A player with the sound drawn under it, and what models found along its length. */
export function Player({ hash, name, kind, mime, predictions, found }: PlayerProps) {
  const { waveform, reason } = useWaveform(hash);
  const media = useRef<HTMLVideoElement & HTMLAudioElement>(null);
  const clock = useMediaClock(media);
  const revealed = useRevealed(hash);
  const [sound, setSound] = useState(false);
  const [speed, setSpeed] = useState(1);
  const [ratio, setRatio] = useState(16 / 9);
  const [width, setWidth] = useState(640);
  // The sound of a veiled video stays off; a recording has nothing else to reveal than its sound.
  const muted = !sound || (kind === 'video' && !revealed);
  const end = clock.duration ?? 0;

  const seek = useCallback((seconds: number) => {
    if (media.current) media.current.currentTime = seconds;
  }, []);
  // The address may name a second; a browser takes it before it knows the recording, and goes there then.
  const { t: asked } = useSearch({ from: '/frame/objects/$hash' });
  useEffect(() => {
    if (asked !== undefined) seek(asked);
  }, [asked, seek]);
  const lanes = listLanes(predictions, found);
  /** The clock is a picture behind. */
  const now = () => media.current?.currentTime ?? 0;
  const stepFrames = (frames: number) => {
    media.current?.pause();
    seek(Math.min(end, Math.max(0, now() + frames / frameRateOf(predictions))));
  };
  const seekMark = (found: number | undefined) => {
    if (found !== undefined) seek(found);
  };
  const togglePlay = () => {
    const element = media.current;
    if (element?.paused) void element.play().catch(() => undefined);
    else element?.pause();
  };
  const chooseSpeed = (next: number) => {
    setSpeed(next);
    if (media.current) media.current.playbackRate = next;
  };
  useShortcuts([
    { keys: 'p', does: 'Play or pause', run: togglePlay },
    { keys: 'm', does: 'Sound on or off', run: () => setSound(!sound) },
    { keys: '[', does: 'Slower', run: () => chooseSpeed(nextSpeed(speed, -1)) },
    { keys: ']', does: 'Faster', run: () => chooseSpeed(nextSpeed(speed, 1)) },
    { keys: 'n', does: 'To the next mark', run: () => seekMark(findNextMark(lanes, now())) },
    { keys: 'N', does: 'To the mark before', run: () => seekMark(findMarkBefore(lanes, now())) },
    ...(kind === 'video'
      ? [
          { keys: ',', does: 'A frame back', run: () => stepFrames(-1) },
          { keys: '.', does: 'A frame on', run: () => stepFrames(1) },
        ]
      : []),
    { keys: 'ArrowLeft', does: 'Back 2 seconds', run: () => seek(Math.max(0, now() - 2)) },
    { keys: 'ArrowRight', does: 'On 2 seconds', run: () => seek(Math.min(end, now() + 2)) },
  ]);

  const source = { ref: media, src: addressContent(hash), preload: 'metadata' as const, muted, 'aria-label': name };
  const controls = (
    <PlayerControls
      clock={clock}
      muted={muted}
      sound={sound}
      veiled={kind === 'video' && !revealed}
      speed={speed}
      togglePlay={togglePlay}
      toggleSound={() => setSound(!sound)}
      chooseSpeed={chooseSpeed}
      stepFrames={kind === 'video' ? stepFrames : undefined}
    />
  );
  if (clock.broken && kind === 'video')
    return <PosterViewer hash={hash} name={name} mime={mime} predictions={predictions} boxesShown />;
  if (clock.broken) return <CannotShow hash={hash} why="This browser can’t play the recording. It may be damaged." />;
  return (
    <>
      {kind === 'video' ? (
        <div className={`card ${stage.stage} ${css.dark}`}>
          <div className={stage.fit} style={{ '--ratio': ratio, '--most': `${width * 2}px` } as CSSProperties}>
            <Veil hash={hash}>
              <video
                {...source}
                poster={addressPreview(hash, 'poster')}
                playsInline
                onLoadedMetadata={({ currentTarget }) => {
                  if (currentTarget.videoHeight === 0) return;
                  setRatio(currentTarget.videoWidth / currentTarget.videoHeight);
                  setWidth(currentTarget.videoWidth);
                }}
              />
            </Veil>
          </div>
          <RevealHint hash={hash} />
          <div className={css.overlay}>{controls}</div>
        </div>
      ) : (
        <div className={`card ${css.audio}`}>
          <audio {...source} />
          {controls}
        </div>
      )}
      <Timeline
        lanes={lanes}
        time={clock.time}
        duration={end}
        seek={seek}
        waveform={waveform?.peaks}
        noWaveform={reason === undefined ? undefined : { reason, retry: () => void retryPreview(hash, 'waveform') }}
      />
    </>
  );
}

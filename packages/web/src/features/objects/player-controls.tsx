import { formatPlace } from '../../lib/format.ts';
import { MutedIcon, PauseIcon, PlayIcon, SoundIcon } from '../../ui/icons.ts';
import css from './player.module.css';
import type { MediaClock } from './use-media.ts';

interface PlayerControlsProps {
  clock: MediaClock;
  muted: boolean;
  /** What the person asked for; a veiled video is muted all the same. */
  sound: boolean;
  veiled: boolean;
  speed: number;
  togglePlay: () => void;
  toggleSound: () => void;
  chooseSpeed: (speed: number) => void;
}

const speeds = [0.5, 1, 1.5, 2];

export function PlayerControls({
  clock,
  muted,
  sound,
  veiled,
  speed,
  togglePlay,
  toggleSound,
  chooseSpeed,
}: PlayerControlsProps) {
  const next = speeds[(speeds.indexOf(speed) + 1) % speeds.length] ?? 1;
  return (
    <div className={css.controls}>
      <button type="button" className={css.control} onClick={togglePlay} title="p">
        {clock.playing ? <PauseIcon size={15} aria-hidden /> : <PlayIcon size={15} aria-hidden />}
        {clock.playing ? 'Pause' : 'Play'}
      </button>
      <span>
        {formatPlace(clock.time, true)} / {clock.duration === null ? '–' : formatPlace(clock.duration, true)}
      </span>
      <span className="push" />
      <button
        type="button"
        className={css.control}
        aria-pressed={sound}
        onClick={toggleSound}
        title={veiled && sound ? 'Muted for as long as the video is veiled' : 'm'}
      >
        {muted ? <MutedIcon size={15} aria-hidden /> : <SoundIcon size={15} aria-hidden />}
        {muted ? 'muted' : 'sound on'}
      </button>
      <button
        type="button"
        className={css.control}
        onClick={() => chooseSpeed(next)}
        aria-label={`Speed ${speed}, change to ${next}`}
      >
        {speed}×
      </button>
    </div>
  );
}

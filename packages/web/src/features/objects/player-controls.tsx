import { formatPlace } from '../../lib/format.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { MutedIcon, PauseIcon, PlayIcon, SoundIcon, StepBackIcon, StepOnIcon } from '../../ui/icons.ts';
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
  stepFrames: ((frames: number) => void) | undefined;
}

const speeds = [0.25, 0.5, 1, 1.5, 2, 4];

export const nextSpeed = (speed: number, by: 1 | -1): number => speeds[speeds.indexOf(speed) + by] ?? speed;

export function PlayerControls({
  clock,
  muted,
  sound,
  veiled,
  speed,
  togglePlay,
  toggleSound,
  chooseSpeed,
  stepFrames,
}: PlayerControlsProps) {
  return (
    <div className={css.controls}>
      <button type="button" className={css.control} onClick={togglePlay} title="p">
        {clock.playing ? <PauseIcon size={15} aria-hidden /> : <PlayIcon size={15} aria-hidden />}
        {clock.playing ? 'Pause' : 'Play'}
      </button>
      {stepFrames && (
        <span className={css.steps}>
          <IconButton icon={StepBackIcon} label="A frame back" keys="," onClick={() => stepFrames(-1)} />
          <IconButton icon={StepOnIcon} label="A frame on" keys="." onClick={() => stepFrames(1)} />
        </span>
      )}
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
      <select
        className={css.control}
        aria-label="Speed"
        title="Slower [, faster ]"
        value={speed}
        onChange={({ currentTarget }) => chooseSpeed(Number(currentTarget.value))}
      >
        {speeds.map((each) => (
          <option key={each} value={each}>
            {each}×
          </option>
        ))}
      </select>
    </div>
  );
}

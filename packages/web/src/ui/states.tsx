import type { ModelState, PredictionState, PredictionView } from '@assay/shared';
import type { Icon } from '@tabler/icons-react';
import { Chip, type Tone } from './chip.tsx';
import { CancelledIcon, CheckIcon, FailedIcon, QueuedIcon, RunningIcon, SkippedIcon, WaitingIcon } from './icons.ts';

/** What the screen calls the state: `waiting` is a queued prediction whose model can't take it. */
export type ShownState = PredictionState | 'waiting';

interface Look {
  word: string;
  icon: Icon;
  tone: Tone;
  bar: string;
}

export const stateLooks: Record<ShownState, Look> = {
  succeeded: { word: 'succeeded', icon: CheckIcon, tone: 'ok', bar: 'var(--ok-bar)' },
  running: { word: 'running', icon: RunningIcon, tone: 'accent', bar: 'var(--accent)' },
  failed: { word: 'failed', icon: FailedIcon, tone: 'bad', bar: 'var(--bad-bar)' },
  waiting: { word: 'waiting for model', icon: WaitingIcon, tone: 'wait', bar: 'var(--wait-bar)' },
  queued: { word: 'queued', icon: QueuedIcon, tone: 'plain', bar: 'var(--idle-bar)' },
  skipped: { word: 'skipped', icon: SkippedIcon, tone: 'plain', bar: 'var(--line)' },
  cancelled: { word: 'cancelled', icon: CancelledIcon, tone: 'plain', bar: 'var(--line)' },
};

/** In the order in which a bar or a sentence shows them. */
export const shownStates: readonly ShownState[] = [
  'succeeded',
  'running',
  'failed',
  'waiting',
  'queued',
  'skipped',
  'cancelled',
];

export const showState = (prediction: Pick<PredictionView, 'state' | 'waitingSince'>): ShownState =>
  prediction.state === 'queued' && prediction.waitingSince !== null ? 'waiting' : prediction.state;

export function StateChip({ state }: { state: ShownState }) {
  const look = stateLooks[state];
  return (
    <Chip tone={look.tone} icon={look.icon} spins={state === 'running'}>
      {look.word}
    </Chip>
  );
}

const modelLooks: Record<ModelState, { word: string; icon: Icon; tone: Tone }> = {
  ready: { word: 'ready', icon: CheckIcon, tone: 'ok' },
  busy: { word: 'busy', icon: RunningIcon, tone: 'accent' },
  starting: { word: 'starting', icon: QueuedIcon, tone: 'plain' },
  failed: { word: 'failed', icon: FailedIcon, tone: 'bad' },
  offline: { word: 'offline', icon: WaitingIcon, tone: 'wait' },
};

export function ModelStateChip({ state, suffix = '' }: { state: ModelState; suffix?: string }) {
  const { word, icon, tone } = modelLooks[state];
  return (
    <Chip tone={tone} icon={icon} spins={state === 'busy'}>
      {word}
      {suffix}
    </Chip>
  );
}

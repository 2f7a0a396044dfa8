import { Popover, SegmentedControl, Switch } from '@mantine/core';
import { type BlurStrength, blurStore } from '../lib/preferences.ts';
import { useStore } from '../lib/store.ts';
import { VeilIcon } from '../ui/icons.ts';
import css from './header.module.css';

const strengths: { value: BlurStrength; label: string }[] = [
  { value: 'light', label: 'Light' },
  { value: 'medium', label: 'Medium' },
  { value: 'strong', label: 'Strong' },
];

export function BlurControl() {
  const blur = useStore(blurStore);
  const words = blur.grey ? 'Blurred, grey, muted' : 'Blurred, muted';
  return (
    <Popover position="bottom-end" width={264} trapFocus>
      <Popover.Target>
        <button type="button" className={css.blur} aria-label={`${words}. Change the blur`}>
          <VeilIcon size={14} stroke={1.8} aria-hidden />
          <span className={css.word}>{words}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Blur">
        <h2 id="blur-strength">How strong the blur is</h2>
        <SegmentedControl
          fullWidth
          size="xs"
          mt={6}
          mb={12}
          aria-labelledby="blur-strength"
          data={strengths}
          value={blur.strength}
          onChange={(strength) => blurStore.set({ ...blur, strength })}
        />
        <Switch
          size="xs"
          label="Without colour"
          checked={blur.grey}
          onChange={(event) => blurStore.set({ ...blur, grey: event.currentTarget.checked })}
        />
        <p className="dim small" style={{ margin: '12px 0 0' }}>
          Hold <kbd>Space</kbd> to see one object as it is. Sound is off until you switch it on.
        </p>
      </Popover.Dropdown>
    </Popover>
  );
}

import type { Blur } from '@assay/shared';
import { Button, Popover, SegmentedControl, Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMay } from '../lib/me.ts';
import { useBlur, useChooseBlur, useCommonBlur } from '../lib/preferences.ts';
import { trpc } from '../lib/trpc.ts';
import { VeilIcon } from '../ui/icons.ts';
import css from './header.module.css';

const strengths: { value: Blur['strength']; label: string }[] = [
  { value: 'light', label: 'Light' },
  { value: 'medium', label: 'Medium' },
  { value: 'strong', label: 'Strong' },
];

export function BlurControl() {
  const blur = useBlur();
  const choose = useChooseBlur();
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
          onChange={(strength) => choose.mutate({ ...blur, strength })}
        />
        <Switch
          size="xs"
          label="Without colour"
          checked={blur.grey}
          onChange={(event) => choose.mutate({ ...blur, grey: event.currentTarget.checked })}
        />
        <p className="dim small" style={{ margin: '12px 0 0' }}>
          Hold <kbd>Space</kbd> to see one object as it is. Sound is off until you switch it on.
        </p>
        <span role="alert" className="fault">
          {choose.error && `This could not be kept: ${choose.error.message}`}
        </span>
        <CommonBlur blur={blur} goBack={() => choose.mutate(null)} />
      </Popover.Dropdown>
    </Popover>
  );
}

const describe = ({ strength, grey }: Blur) => `${strength}, ${grey ? 'without colour' : 'in colour'}`;

/** What holds for whoever has chosen nothing, and ways back to it and to change it. */
function CommonBlur({ blur, goBack }: { blur: Blur; goBack: () => void }) {
  const common = useCommonBlur();
  const maySet = useMay('settings');
  const queryClient = useQueryClient();
  const set = useMutation(
    trpc.settings.setBlur.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.settings.pathFilter()),
    }),
  );
  const differs = describe(blur) !== describe(common);
  return (
    <div className={css.common}>
      <p className="dim small">The default here is {describe(common)}.</p>
      {differs && <Button onClick={goBack}>Go back to the default</Button>}
      {differs && maySet && (
        <Button loading={set.isPending} onClick={() => set.mutate(blur)}>
          Make this the default for everybody
        </Button>
      )}
      <span role="status" className="small">
        {set.isSuccess && !differs && 'Everybody who has chosen nothing else begins with this now.'}
      </span>
      <span role="alert" className="fault">
        {set.error?.message}
      </span>
    </div>
  );
}

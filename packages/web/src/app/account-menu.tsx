import { Menu, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { chooseDensity, densities, densityStore } from '../lib/preferences.ts';
import { signOut } from '../lib/sign-out.ts';
import { useStore } from '../lib/store.ts';
import { trpc } from '../lib/trpc.ts';
import { CheckIcon, OpenIcon } from '../ui/icons.ts';
import css from './frame.module.css';
import { openKeys } from './keys.tsx';

const themes = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'auto', label: 'As the system' },
] as const;
const densityWords = { comfortable: 'Comfortable', compact: 'Compact' } as const;

interface Choice {
  label: string;
  chosen: boolean;
  choose: () => void;
}

function Choices({ title, choices }: { title: string; choices: Choice[] }) {
  return (
    <>
      <Menu.Label>{title}</Menu.Label>
      {choices.map(({ label, chosen, choose }) => (
        <Menu.Item
          key={label}
          role="menuitemradio"
          aria-checked={chosen}
          closeMenuOnClick={false}
          onClick={choose}
          rightSection={chosen ? <CheckIcon size={14} aria-hidden /> : null}
        >
          {label}
        </Menu.Item>
      ))}
    </>
  );
}

export function AccountMenu() {
  const me = useQuery(trpc.session.me.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }));
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const density = useStore(densityStore);
  return (
    <Menu position="bottom-end" width={208}>
      <Menu.Target>
        <button type="button" className={css.person} aria-label={`Account of ${me.data?.username ?? 'you'}`}>
          <span className="clip">{me.data?.username ?? 'you'}</span>
          <OpenIcon size={13} className="icon" aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Choices
          title="Theme"
          choices={themes.map(({ value, label }) => ({
            label,
            chosen: colorScheme === value,
            choose: () => setColorScheme(value),
          }))}
        />
        <Menu.Divider />
        <Choices
          title="Density"
          choices={densities.map((each) => ({
            label: densityWords[each],
            chosen: density === each,
            choose: () => chooseDensity(each),
          }))}
        />
        <Menu.Divider />
        <Menu.Item onClick={openKeys} rightSection={<kbd>?</kbd>}>
          Keys
        </Menu.Item>
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

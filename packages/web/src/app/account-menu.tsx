import { type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMe } from '../lib/me.ts';
import { chooseDensity, type Density, densities, densityStore } from '../lib/preferences.ts';
import { signOut } from '../lib/sign-out.ts';
import { useStore } from '../lib/store.ts';
import { OpenIcon } from '../ui/icons.ts';
import css from './header.module.css';
import { openKeys } from './keys.tsx';

const themes = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'auto', label: 'As the system' },
] as const;
const densityWords = { comfortable: 'Comfortable', compact: 'Compact' } as const;

export function AccountMenu() {
  const me = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const density = useStore(densityStore);
  return (
    <Menu position="bottom-end" width={208} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" className={css.person} aria-label={`Account of ${me?.username ?? 'you'}`}>
          <span className="clip">{me?.username ?? 'you'}</span>
          <OpenIcon size={13} className="icon" aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Theme</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
          {themes.map(({ value, label }) => (
            <Menu.RadioItem key={value} value={value}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Label>Density</Menu.Label>
        <Menu.RadioGroup value={density} onChange={(value) => chooseDensity(value as Density)}>
          {densities.map((each) => (
            <Menu.RadioItem key={each} value={each}>
              {densityWords[each]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item component={Link} to="/account">
          Account
        </Menu.Item>
        {me?.rights.includes('keys') && (
          <Menu.Item component={Link} to="/keys">
            API keys
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item onClick={openKeys} rightSection={<kbd>?</kbd>}>
          Keyboard
        </Menu.Item>
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

import type { Right } from '@assay/shared';
import { CloseButton, Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMe } from '../lib/me.ts';
import { listShortcuts, useShortcuts } from '../lib/shortcuts.ts';
import { createStore, useStore } from '../lib/store.ts';
import css from './keys.module.css';

const opened = createStore(false);
export const openKeys = () => opened.set(true);
const close = () => opened.set(false);

/** What no shortcut of ours handles, but a person should know. */
const always = [
  { keys: 'Space', does: 'Hold to reveal the object' },
  { keys: 'Esc', does: 'Close what is open' },
];

const pages = [
  { keys: 'g h', word: 'Home', to: '/', right: 'read' },
  { keys: 'g u', word: 'Upload', to: '/upload', right: 'upload' },
  { keys: 'g o', word: 'Objects', to: '/objects', right: 'read' },
  { keys: 'g r', word: 'Runs', to: '/runs', right: 'read' },
  { keys: 'g c', word: 'Cases', to: '/cases', right: 'read' },
  { keys: 'g m', word: 'Models', to: '/models', right: 'figures' },
  { keys: 'g p', word: 'People', to: '/people', right: 'people' },
  { keys: 'g t', word: 'Audit', to: '/audit', right: 'audit' },
  { keys: 'g k', word: 'API keys', to: '/keys', right: 'keys' },
  { keys: 'g a', word: 'Account', to: '/account', right: 'account' },
] as const satisfies { keys: string; word: string; to: string; right: Right }[];

/** The keys that work everywhere, and the dialog that lists those that work now. */
export function Keys() {
  const shown = useStore(opened);
  const navigate = useNavigate();
  const me = useMe();
  useShortcuts([
    { keys: '?', does: 'Show all keys', run: openKeys },
    ...pages
      .filter(({ right }) => me?.rights.includes(right))
      .map(({ keys, word, to }) => ({ keys, does: `Go to ${word}`, run: () => void navigate({ to }) })),
  ]);
  return (
    <Modal.Root opened={shown} onClose={close} size={420}>
      <Modal.Overlay />
      <Modal.Content aria-label="Keys">
        <Modal.Body pt="md">
          <div className="row" style={{ marginBottom: 6 }}>
            <h2 className="push">Keys</h2>
            <CloseButton size="sm" onClick={close} aria-label="Close" />
          </div>
          <dl className={css.list}>
            {[...listShortcuts(), ...always].map(({ keys, does }) => (
              <div key={keys} className={css.line}>
                <dt>
                  {keys.split(' ').map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

import { CloseButton, Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
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

/** The keys that work everywhere, and the dialog that lists those that work now. */
export function Keys() {
  const shown = useStore(opened);
  const navigate = useNavigate();
  useShortcuts([
    { keys: '?', does: 'Show all keys', run: openKeys },
    { keys: 'g u', does: 'Go to Upload', run: () => void navigate({ to: '/upload' }) },
    { keys: 'g r', does: 'Go to Runs', run: () => void navigate({ to: '/runs' }) },
    { keys: 'g m', does: 'Go to Models', run: () => void navigate({ to: '/models' }) },
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

import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState } from 'react';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { addFiles } from './add-files.ts';
import { listFiles, readDropped } from './read-dropped.ts';
import css from './upload.module.css';

const takeDrop = (transfer: DataTransfer) =>
  readDropped(transfer, addFiles).catch((error: unknown) =>
    notifications.show({ color: 'red', title: 'A folder could not be read to its end.', message: String(error) }),
  );

/** Files may be dropped anywhere on the page; leaving it with a dropped file would lose the list. */
function useDrops(): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const drag = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer || !carriesFiles(event)) return;
      event.preventDefault();
      setOver(false);
      void takeDrop(event.dataTransfer);
    };
    const paste = (event: ClipboardEvent) => addFiles(listFiles(event.clipboardData?.files ?? []));
    window.addEventListener('dragover', drag);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    window.addEventListener('paste', paste);
    return () => {
      window.removeEventListener('dragover', drag);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
      window.removeEventListener('paste', paste);
    };
  }, []);
  return over;
}

export function DropArea({ big }: { big: boolean }) {
  const over = useDrops();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  useShortcuts([
    { keys: 'f', does: 'Choose files', run: () => files.current?.click() },
    { keys: 'd', does: 'Choose a folder', run: () => folder.current?.click() },
  ]);
  const take = (input: HTMLInputElement) => {
    addFiles(listFiles(input.files ?? []));
    // The same file chosen again must be a change again.
    input.value = '';
  };
  return (
    <section className={`card ${css.drop} ${over ? css.over : ''} ${big ? css.big : ''}`} aria-label="Choose files">
      <p className={css.title}>Drop files or folders here</p>
      <p className="dim small">
        or{' '}
        <button type="button" className={css.pick} onClick={() => files.current?.click()}>
          choose files
        </button>
        ,{' '}
        <button type="button" className={css.pick} onClick={() => folder.current?.click()}>
          choose a folder
        </button>
        , paste. Any mix of image, video, audio and text.
      </p>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Files"
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label="Folder"
        {...{ webkitdirectory: '' }}
        onChange={(event) => take(event.currentTarget)}
      />
    </section>
  );
}

import { mayInCase } from '@assay/shared';
import { Button, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { trpc } from '../../lib/trpc.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { Moment } from '../../ui/moment.tsx';
import css from './judging.module.css';
import { type JudgedCase, refreshJudging } from './use-judging.ts';

interface NotesProps {
  hash: string;
  within: JudgedCase;
}

/** What people wrote about the object in the case. */
export function Notes({ hash, within }: NotesProps) {
  const { id, notes, mayJudge, role } = within;
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const add = useMutation(
    trpc.judging.addNote.mutationOptions({
      onSuccess: () => {
        setText('');
        field.current?.blur();
        return refreshJudging();
      },
    }),
  );
  const remove = useMutation(trpc.judging.removeNote.mutationOptions({ onSuccess: refreshJudging }));
  useShortcuts(mayJudge ? [{ keys: 'w', does: 'Write a note', run: () => field.current?.focus() }] : []);
  const write = () => {
    if (text.trim() !== '') add.mutate({ case: id, hash, text });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    write();
  };
  if (!mayJudge && notes.length === 0) return null;
  return (
    <div className={css.notes}>
      {mayJudge && (
        <form onSubmit={submit}>
          <Textarea
            ref={field}
            size="xs"
            autosize
            minRows={1}
            maxRows={8}
            aria-label="Note"
            placeholder="Write a note"
            maxLength={10_000}
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') event.currentTarget.blur();
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) write();
            }}
            rightSection={text === '' && <kbd>w</kbd>}
            rightSectionPointerEvents="none"
          />
          {text.trim() !== '' && (
            <Button type="submit" loading={add.isPending} rightSection={<kbd>Ctrl Enter</kbd>}>
              Add note
            </Button>
          )}
        </form>
      )}
      <ul aria-label="Notes">
        {notes.map((note) => (
          <li key={note.id} className={css.note}>
            <p dir="auto">{note.text}</p>
            <div className="row">
              <span className="dim small push">
                {note.isOwn ? 'you' : note.by}, <Moment at={note.at} />
              </span>
              {mayJudge && (note.isOwn || mayInCase(role, 'manage')) && (
                <ConfirmButton
                  of={`the note by ${note.isOwn ? 'you' : note.by}`}
                  why="Nobody sees it here any more. That it was there stays on the audit trail."
                  busy={remove.isPending}
                  onConfirm={() => remove.mutate({ id: note.id })}
                >
                  Remove
                </ConfirmButton>
              )}
            </div>
          </li>
        ))}
      </ul>
      <p role="alert" className={`fault ${css.line}`}>
        {(add.error ?? remove.error)?.message}
      </p>
    </div>
  );
}

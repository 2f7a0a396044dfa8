import { mayInCase, type TagColour, tagColours } from '@assay/shared';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { formatCountOf } from '../../lib/format.ts';
import { type Answers, trpc } from '../../lib/trpc.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { Tag } from '../../ui/tag.tsx';
import type { Case } from './case-page.tsx';
import css from './cases.module.css';
import { Setting } from './setting.tsx';

/** What is judged with in this case: its own verdicts, and its tags. */
export function CaseWords({ found }: { found: Case }) {
  const { id, role, archivedAt } = found;
  const words = useQuery(trpc.judging.words.queryOptions({ case: id })).data;
  const manages = mayInCase(role, 'manage') && archivedAt === null;
  if (!words) return null;
  return (
    <>
      <Verdicts id={id} words={words} manages={manages} />
      <Tags id={id} tags={words.tags} manages={manages} />
    </>
  );
}

type Words = Answers['judging']['words'];

function useRefresh() {
  const queryClient = useQueryClient();
  return { onSuccess: () => queryClient.invalidateQueries(trpc.judging.pathFilter()) };
}

function Verdicts({ id, words, manages }: { id: string; words: Words; manages: boolean }) {
  const refresh = useRefresh();
  const add = useMutation(trpc.judging.addVerdict.mutationOptions(refresh));
  const remove = useMutation(trpc.judging.removeVerdict.mutationOptions(refresh));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    add.mutate({ case: id, name: String(new FormData(form).get('verdict')) }, { onSuccess: () => form.reset() });
  };
  return (
    <Setting
      title="Verdicts"
      explains={`Every case has ${words.verdicts.join(', ')}. Here are more, for this case alone.`}
      fault={(add.error ?? remove.error)?.message}
    >
      <ul className={css.words} aria-label="Verdicts of this case">
        {words.ownVerdicts.map((name) => (
          <li key={name} className="row">
            <bdi className="push">{name}</bdi>
            {manages && (
              <ConfirmButton
                of={`the verdict ${name}`}
                why="It can’t be given any more. Where it was given it stays."
                busy={remove.isPending}
                onConfirm={() => remove.mutate({ case: id, name })}
              >
                Remove
              </ConfirmButton>
            )}
          </li>
        ))}
      </ul>
      {manages && (
        <form className="row wrap" onSubmit={submit} aria-label="New verdict">
          <TextInput
            name="verdict"
            aria-label="Verdict"
            placeholder="Another verdict"
            required
            maxLength={60}
            w={220}
          />
          <Button type="submit" loading={add.isPending}>
            Add
          </Button>
        </form>
      )}
      {!manages && words.ownVerdicts.length === 0 && <p className="dim">None of its own</p>}
    </Setting>
  );
}

function Tags({ id, tags, manages }: { id: string; tags: Words['tags']; manages: boolean }) {
  const refresh = useRefresh();
  const change = useMutation(trpc.judging.changeTag.mutationOptions(refresh));
  const remove = useMutation(trpc.judging.removeTag.mutationOptions(refresh));
  return (
    <Setting
      title="Tags"
      explains="A tag is made when somebody first gives it."
      fault={(change.error ?? remove.error)?.message}
    >
      {tags.length === 0 && <p className="dim">None so far</p>}
      <ul className={css.words} aria-label="Tags of this case">
        {tags.map(({ id: tag, name, colour, objects }) => (
          <li key={tag} className="row wrap">
            <Tag name={name} colour={colour} />
            <span className="dim small push">{formatCountOf(objects, 'object')}</span>
            {manages && (
              <>
                <NativeSelect
                  size="xs"
                  aria-label={`Colour of ${name}`}
                  data={tagColours.map((each) => each)}
                  value={colour}
                  onChange={({ currentTarget }) =>
                    change.mutate({ case: id, id: tag, colour: currentTarget.value as TagColour })
                  }
                />
                <form
                  className="row"
                  onSubmit={(event) => {
                    event.preventDefault();
                    const next = String(new FormData(event.currentTarget).get('name'));
                    change.mutate({ case: id, id: tag, name: next });
                  }}
                >
                  <TextInput
                    key={name}
                    name="name"
                    size="xs"
                    w={120}
                    aria-label={`Name of the tag ${name}`}
                    defaultValue={name}
                    required
                    maxLength={60}
                  />
                  <Button type="submit" aria-label={`Rename ${name}`}>
                    Rename
                  </Button>
                </form>
                <ConfirmButton
                  of={`the tag ${name}`}
                  why={`${formatCountOf(objects, 'object')} will not have it any more, and nobody can find them by it.`}
                  busy={remove.isPending}
                  onConfirm={() => remove.mutate({ case: id, id: tag })}
                >
                  Remove
                </ConfirmButton>
              </>
            )}
          </li>
        ))}
      </ul>
    </Setting>
  );
}

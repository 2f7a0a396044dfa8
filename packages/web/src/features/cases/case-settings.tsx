import { disputed, mayInCase, printSearchWord } from '@assay/shared';
import { Button, NumberInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { formatCountOf } from '../../lib/format.ts';
import { trpc } from '../../lib/trpc.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { Moment } from '../../ui/moment.tsx';
import type { Case } from './case-page.tsx';
import { CaseWords } from './case-words.tsx';
import css from './cases.module.css';
import { Setting } from './setting.tsx';

export function CaseSettings({ found }: { found: Case }) {
  const manages = mayInCase(found.role, 'manage');
  return (
    <div className={`card ${css.settings}`}>
      {!manages && <p className="dim small">Managers of the case change these.</p>}
      {found.privateOf === null && <Name key={found.name} found={found} manages={manages} />}
      <CaseWords found={found} />
      {found.privateOf === null && <Review found={found} manages={manages} />}
      <Retention key={found.retentionDays} found={found} manages={manages} />
      <Hold found={found} manages={manages} />
      {found.privateOf === null && <Archive found={found} manages={manages} />}
    </div>
  );
}

interface SettingProps {
  found: Case;
  manages: boolean;
}

/** Has the case asked for again when it has been changed. */
function useRefresh() {
  const queryClient = useQueryClient();
  return { onSuccess: () => queryClient.invalidateQueries(trpc.cases.pathFilter()) };
}

function Name({ found: { id, name }, manages }: SettingProps) {
  const rename = useMutation(trpc.cases.rename.mutationOptions(useRefresh()));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    rename.mutate({ id, name: String(new FormData(event.currentTarget).get('name')) });
  };
  return (
    <Setting title="Name" explains="Programs name a case by it, or by its id." fault={rename.error?.message}>
      <form className="row wrap" onSubmit={submit} aria-label="Name of the case">
        <TextInput
          name="name"
          aria-label="Name"
          defaultValue={name}
          required
          maxLength={200}
          disabled={!manages}
          w={300}
          maw="100%"
        />
        {manages && (
          <Button type="submit" loading={rename.isPending}>
            Rename
          </Button>
        )}
      </form>
      <p className="dim small mono">{id}</p>
    </Setting>
  );
}

function Review({ found: { id, name, independentReview, archivedAt }, manages }: SettingProps) {
  const change = useMutation(trpc.cases.setIndependentReview.mutationOptions(useRefresh()));
  return (
    <Setting
      title="Independent review"
      explains="Each person gives verdicts of their own, and sees those of others on the same only when two people have given theirs. Tags and notes are seen by all."
      fault={change.error?.message}
    >
      <div className="row wrap">
        <span>{independentReview ? 'On: verdicts stay hidden until a second person has given theirs' : 'Off'}</span>
        {manages && archivedAt === null && (
          <Button loading={change.isPending} onClick={() => change.mutate({ id, on: !independentReview })}>
            {independentReview ? 'Turn off' : 'Turn on'}
          </Button>
        )}
      </div>
      {independentReview && (
        <p className="small">
          <Link to="/objects" search={{ q: `case = ${printSearchWord(name)} AND verdict = ${disputed}` }}>
            Objects on which people differ
          </Link>
        </p>
      )}
    </Setting>
  );
}

function Retention({ found: { id, retentionDays }, manages }: SettingProps) {
  const change = useMutation(trpc.cases.setRetention.mutationOptions(useRefresh()));
  const [days, setDays] = useState<number | string>(retentionDays ?? '');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    change.mutate({ id, days: days === '' ? null : Number(days) });
  };
  return (
    <Setting
      title="Retention"
      explains="For how many days after their upload the bytes of files may be kept; without a number, for ever. A legal hold goes before it."
      fault={change.error?.message}
    >
      {manages ? (
        <form className="row wrap" onSubmit={submit} aria-label="Retention">
          <NumberInput
            aria-label="Days"
            placeholder="for ever"
            value={days}
            onChange={setDays}
            min={1}
            max={36_500}
            allowDecimal={false}
            suffix=" days"
            w={150}
          />
          <Button type="submit" loading={change.isPending}>
            Save
          </Button>
        </form>
      ) : (
        <p>{retentionDays === null ? 'For ever' : formatCountOf(retentionDays, 'day')}</p>
      )}
    </Setting>
  );
}

function Hold({ found: { id, name, heldAt }, manages }: SettingProps) {
  const refresh = useRefresh();
  const hold = useMutation(trpc.cases.hold.mutationOptions(refresh));
  const release = useMutation(trpc.cases.release.mutationOptions(refresh));
  return (
    <Setting
      title="Legal hold"
      explains="While it stands, nothing of this case can be deleted, by nobody and no rule."
      fault={(hold.error ?? release.error)?.message}
    >
      <div className="row wrap">
        <span>
          {heldAt === null ? (
            'Not on hold'
          ) : (
            <>
              On hold since <Moment at={heldAt} />
            </>
          )}
        </span>
        {manages &&
          (heldAt === null ? (
            <Button loading={hold.isPending} onClick={() => hold.mutate({ id })}>
              Put on hold
            </Button>
          ) : (
            <ConfirmButton
              of={`the hold of ${name}`}
              why="What is in this case can be deleted again, by retention too."
              busy={release.isPending}
              onConfirm={() => release.mutate({ id })}
            >
              End
            </ConfirmButton>
          ))}
      </div>
    </Setting>
  );
}

function Archive({ found: { id, archivedAt }, manages }: SettingProps) {
  const refresh = useRefresh();
  const archive = useMutation(trpc.cases.archive.mutationOptions(refresh));
  const unarchive = useMutation(trpc.cases.unarchive.mutationOptions(refresh));
  return (
    <Setting
      title="Archive"
      explains="An archived case takes no uploads and is out of the way; its members see everything as before."
      fault={(archive.error ?? unarchive.error)?.message}
    >
      <div className="row wrap">
        <span>
          {archivedAt === null ? (
            'Not archived'
          ) : (
            <>
              Archived <Moment at={archivedAt} />
            </>
          )}
        </span>
        {manages && (
          <Button
            loading={archive.isPending || unarchive.isPending}
            onClick={() => (archivedAt === null ? archive : unarchive).mutate({ id })}
          >
            {archivedAt === null ? 'Archive' : 'Take out of the archive'}
          </Button>
        )}
      </div>
    </Setting>
  );
}

import { auditActs, auditOutcomes } from '@assay/shared';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { nameCase } from '../../lib/case-words.ts';
import { useMay, useMe } from '../../lib/me.ts';
import { trpc } from '../../lib/trpc.ts';
import css from './audit.module.css';
import { describeOutcome } from './record-words.tsx';
import { useAddress } from './use-trail.ts';

interface Choice {
  value: string;
  label: string;
}

const acts = Object.entries(auditActs)
  .map(([value, label]) => ({ value, label }))
  .sort((a, b) => a.label.localeCompare(b.label));
const outcomes = auditOutcomes.map((value) => ({ value, label: describeOutcome[value].word }));

/** What of the trail is wanted: each choice goes into the address at once. */
export function TrailFilters() {
  const { wanted, want, isFiltered } = useAddress();
  const me = useMe();
  const people = useQuery(trpc.people.list.queryOptions(undefined, { enabled: useMay('people') }));
  const cases = useQuery(trpc.cases.all.queryOptions(undefined, { enabled: useMay('cases:all') }));
  const names = people.data?.people.map(({ username }) => ({ value: username, label: username })) ?? [];
  const caseNames = cases.data?.map((each) => ({ value: each.id, label: nameCase(each, me?.username) })) ?? [];
  return (
    <search className={`card ${css.filters}`} aria-label="Filters">
      <Choose label="Who" any="Anybody" value={wanted.person} choices={names} onChange={(person) => want({ person })} />
      <Choose label="Act" any="Any act" value={wanted.act} choices={acts} onChange={(act) => want({ act })} />
      <Subject key={wanted.on} value={wanted.on} onChange={(on) => want({ on })} />
      <Choose
        label="Case"
        any="Any case"
        value={wanted.case}
        choices={caseNames}
        onChange={(chosen) => want({ case: chosen })}
      />
      <Choose
        label="Outcome"
        any="Any outcome"
        value={wanted.outcome}
        choices={outcomes}
        onChange={(outcome) => want({ outcome })}
      />
      <Day label="From" value={wanted.from} max={wanted.to} onChange={(from) => want({ from })} />
      <Day label="To" value={wanted.to} min={wanted.from} onChange={(to) => want({ to })} />
      <Button
        className={css.clear}
        disabled={!isFiltered}
        onClick={() => want(Object.fromEntries(Object.keys(wanted).map((name) => [name, undefined])))}
      >
        Clear
      </Button>
    </search>
  );
}

interface ChooseProps {
  label: string;
  any: string;
  value: string | undefined;
  choices: readonly Choice[];
  onChange: (value: string | undefined) => void;
}

function Choose({ label, any, value, choices, onChange }: ChooseProps) {
  // What the address names stays chosen while the choices are on their way, or when they don't have it.
  const missing = value !== undefined && !choices.some((choice) => choice.value === value);
  return (
    <NativeSelect
      label={label}
      value={value ?? ''}
      data={[{ value: '', label: any }, ...(missing ? [{ value, label: value }] : []), ...choices]}
      onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
    />
  );
}

/** A hash or an id: taken when it is all there. */
function Subject({ value, onChange }: { value: string | undefined; onChange: (value: string | undefined) => void }) {
  const [text, setText] = useState(value ?? '');
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const asked = text.trim() || undefined;
    if (asked !== value) onChange(asked);
  };
  return (
    <form className={css.subject} onSubmit={submit}>
      <TextInput
        label="On what"
        placeholder="A hash, or an id"
        value={text}
        maxLength={1000}
        spellCheck={false}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onBlur={() => submit()}
      />
    </form>
  );
}

interface DayProps {
  label: string;
  value: string | undefined;
  min?: string | undefined;
  max?: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A day that is being typed passes through others, so it is taken when the field is left, or after Enter. */
function Day({ label, value, min, max, onChange }: DayProps) {
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const take = () => {
    if ((text || undefined) !== value) onChange(text || undefined);
  };
  return (
    <TextInput
      type="date"
      label={label}
      value={text}
      min={min}
      max={max}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={take}
      onKeyDown={({ key }) => key === 'Enter' && take()}
    />
  );
}

import { objectVerdicts } from '@assay/shared';
import { Autocomplete, Button, CloseButton, Modal, NativeSelect, SegmentedControl } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { nameCase } from '../../lib/case-words.ts';
import { formatCountOf } from '../../lib/format.ts';
import { useMe } from '../../lib/me.ts';
import { type Answers, queryClient, trpc } from '../../lib/trpc.ts';
import css from './judging.module.css';

const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

type Act = 'tag' | 'untag' | 'verdict';

interface JudgeManyProps {
  /** Those in which the person may. */
  cases: Answers['cases']['list'];
  q: string;
  /** Chosen ones; none: all that the search finds. */
  hashes: readonly string[];
  begin: Act;
  onClose: () => void;
}

/** Asks what is to be said of many objects, and says of how many that will be. */
export function JudgeMany({ cases, q, hashes, begin, onClose }: JudgeManyProps) {
  const me = useMe();
  const [caseId, setCase] = useState(cases[0]?.id ?? '');
  const [act, setAct] = useState<Act>(begin);
  const [tag, setTag] = useState('');
  const [verdict, setVerdict] = useState<string>(objectVerdicts[0]);
  const of = hashes.length > 0 ? { hashes: [...hashes] } : { query: q, timeZone };
  const count = useQuery(trpc.judging.countMany.queryOptions({ case: caseId, of }));
  const words = useQuery(trpc.judging.words.queryOptions({ case: caseId })).data;
  const say = useMutation(
    trpc.judging.judgeMany.mutationOptions({
      onSuccess: async () => {
        onClose();
        await queryClient.invalidateQueries(trpc.judging.many.queryFilter());
      },
    }),
  );
  const known = words?.tags.find(({ name }) => name.toLowerCase() === tag.trim().toLowerCase());
  const says =
    act === 'verdict'
      ? { verdict: verdict === '' ? null : verdict }
      : act === 'tag'
        ? { tag: tag.trim() }
        : { untag: known?.id ?? '' };
  const isReady = act === 'verdict' || (act === 'tag' ? tag.trim() !== '' : known !== undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) say.mutate({ case: caseId, of, says });
  };
  const total = count.data?.total;
  const many =
    count.data === undefined
      ? 'Counting…'
      : total === null
        ? 'more than 10,000 objects'
        : formatCountOf(total ?? 0, 'object');
  return (
    <Modal.Root opened onClose={onClose} size={440}>
      <Modal.Overlay />
      <Modal.Content aria-label="Say something of many objects">
        <Modal.Body pt="md">
          <div className="row" style={{ marginBottom: 10 }}>
            <h2 className="push">Say something of many objects</h2>
            <CloseButton size="sm" onClick={onClose} aria-label="Close" />
          </div>
          <form onSubmit={submit} className={css.many}>
            {cases.length > 1 && (
              <NativeSelect
                label="In the case"
                value={caseId}
                data={cases.map((each) => ({ value: each.id, label: nameCase(each, me?.username) }))}
                onChange={({ currentTarget }) => setCase(currentTarget.value)}
              />
            )}
            <SegmentedControl
              aria-label="What is said"
              fullWidth
              value={act}
              onChange={(next) => setAct(next as Act)}
              data={[
                { value: 'tag', label: 'Tag' },
                { value: 'untag', label: 'Take off a tag' },
                { value: 'verdict', label: 'Verdict' },
              ]}
            />
            {act === 'verdict' ? (
              <NativeSelect
                label="Verdict"
                value={verdict}
                data={[
                  ...[...objectVerdicts, ...(words?.ownVerdicts ?? [])].map((each) => ({ value: each, label: each })),
                  { value: '', label: 'none: take it back' },
                ]}
                onChange={({ currentTarget }) => setVerdict(currentTarget.value)}
              />
            ) : (
              <Autocomplete
                label="Which tag"
                data-autofocus
                value={tag}
                onChange={setTag}
                maxLength={60}
                limit={8}
                comboboxProps={{ withinPortal: false, shadow: 'none' }}
                data={(words?.tags ?? []).map(({ name }) => name)}
                error={act === 'untag' && tag.trim() !== '' && !known && 'This case has no such tag'}
              />
            )}
            <p role="status" className="small">
              {many}
              {total !== undefined && ' in this case. It goes on in the background, and can be undone.'}
            </p>
            <p role="alert" className="fault">
              {(say.error ?? count.error)?.message}
            </p>
            <div className="row">
              <Button
                type="submit"
                variant="filled"
                size="sm"
                loading={say.isPending}
                disabled={!isReady || total === 0}
              >
                {act === 'tag' ? 'Tag them' : act === 'untag' ? 'Take it off' : 'Give the verdict'}
              </Button>
              <Button size="sm" onClick={onClose}>
                Cancel
              </Button>
            </div>
          </form>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

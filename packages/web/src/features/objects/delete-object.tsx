import { deletionReasonSchema, formatCountOf } from '@assay/shared';
import { Button, Skeleton, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatBytes } from '../../lib/format.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { Failure } from '../../ui/notice.tsx';
import type { FoundObject } from './file-facts.tsx';

/** For managers of a case that the object is in: what would go, and a way to let it go. */
export function DeleteSection({ object }: { object: FoundObject }) {
  const mine = useQuery(trpc.cases.list.queryOptions()).data ?? [];
  const managed = object.cases.filter(({ id }) => mine.some((own) => own.id === id && own.role === 'manager'));
  if (managed.length === 0 || object.deletion) return null;
  return (
    <section className="section" aria-labelledby="delete-object">
      <h2 id="delete-object">Delete</h2>
      {managed.map(({ id, name }) => (
        <DeleteFromCase key={id} hash={object.sha256} caseId={id} name={name} />
      ))}
    </section>
  );
}

function DeleteFromCase({ hash, caseId, name }: { hash: string; caseId: string; name: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        From the case <bdi>{name}</bdi>…
      </summary>
      {open && <DeletionForm hash={hash} caseId={caseId} />}
    </details>
  );
}

function DeletionForm({ hash, caseId }: { hash: string; caseId: string }) {
  const plan = useQuery(trpc.objects.planDeletion.queryOptions({ hash, case: caseId }));
  const [reason, setReason] = useState('');
  const deletion = useMutation(
    trpc.objects.delete.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }),
  );
  if (plan.isError) return <Failure what="What would go" error={plan.error} retry={() => void plan.refetch()} />;
  if (!plan.data) return <Skeleton height={90} />;
  const { object, derived, stays, uploads, heldAt } = plan.data;
  if (heldAt !== null) return <p className="dim">The case is on legal hold: nothing of it can be deleted.</p>;
  const size = [object, ...derived].reduce((sum, each) => sum + each.size, 0);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        deletion.mutate({ hash, case: caseId, reason });
      }}
    >
      <p style={{ margin: '6px 0' }}>
        Nobody of this case gets the bytes any more
        {derived.length > 0 && `, nor those of ${formatCountOf(derived.length, 'object')} that models made of it`}:{' '}
        {formatBytes(size)} in all, and their previews.
        {stays.length > 0 &&
          ` ${formatCountOf(stays.length, 'object')} made of it stay: they have another origin here.`}
      </p>
      <p className="dim small" style={{ margin: '6px 0' }}>
        Results, hashes, {formatCountOf(uploads.length, 'upload')} and this deletion stay on record.
      </p>
      <Textarea
        label="Why"
        description="It stays on record, with your name."
        autosize
        minRows={2}
        required
        value={reason}
        error={deletion.error?.message}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
      <Button
        type="submit"
        variant="filled"
        color="red"
        mt={8}
        loading={deletion.isPending}
        disabled={!deletionReasonSchema.safeParse(reason).success}
      >
        Delete the bytes
      </Button>
    </form>
  );
}

import { deletionReasonSchema, formatCountOf, showFileName } from '@assay/shared';
import { Button, Skeleton, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { formatBytes, shortenHash } from '../../lib/format.ts';
import { type Answers, queryClient, trpc } from '../../lib/trpc.ts';
import { mediaTypeIcons } from '../../ui/media-type.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Failure } from '../../ui/notice.tsx';
import css from './delete-object.module.css';
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

const mostListed = 20;

type Going = Answers['objects']['planDeletion']['derived'][number];

/** By what they are: models give no names. */
function Objects({ label, objects }: { label: string; objects: readonly Going[] }) {
  return (
    <ul className={css.objects} aria-label={label}>
      {objects.slice(0, mostListed).map(({ sha256, mediaType, size }) => {
        const MediaIcon = mediaTypeIcons[mediaType as keyof typeof mediaTypeIcons];
        return (
          <li key={sha256} className="row">
            <MediaIcon size={15} aria-hidden />
            {mediaType}
            <Link to="/objects/$hash" params={{ hash: sha256 }} className="mono" title={sha256}>
              {shortenHash(sha256)}
            </Link>
            <span className="dim">{formatBytes(size)}</span>
          </li>
        );
      })}
      {objects.length > mostListed && <li className="dim">and {objects.length - mostListed} more</li>}
    </ul>
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
  if (heldAt !== null)
    return (
      <p className="dim" style={{ margin: '6px 0' }}>
        The case is on legal hold since <Moment at={heldAt} />: nothing of it can be deleted.
      </p>
    );
  const going = [object, ...derived];
  const size = going.reduce((sum, each) => sum + each.size, 0);
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        deletion.mutate({ hash, case: caseId, reason });
      }}
    >
      <p>
        Nobody of this case gets these bytes any more, nor their previews: {formatBytes(size)}
        {derived.length > 0 && ` in ${formatCountOf(going.length, 'object')}, this one and what models made of it`}.
      </p>
      <Objects label="What goes" objects={going} />
      {stays.length > 0 && (
        <>
          <p>What stays, since it was uploaded here too, or is made of something that stays:</p>
          <Objects label="What stays" objects={stays} />
        </>
      )}
      <p className="dim small">
        On record stay results, hashes, this deletion, and {formatCountOf(uploads.length, 'upload')}:{' '}
        {uploads.slice(0, mostListed).map(({ fileName, uploadedBy, uploadedAt }, i) => (
          <span key={`${uploadedAt} ${fileName}`}>
            {i > 0 && ', '}
            <bdi>{showFileName(fileName)}</bdi> by {uploadedBy} <Moment at={uploadedAt} />
          </span>
        ))}
        {uploads.length > mostListed && ` and ${uploads.length - mostListed} more`}.
      </p>
      <Textarea
        label="Why"
        description="It stays on record, with your name."
        autosize
        minRows={2}
        required
        withAsterisk={false}
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

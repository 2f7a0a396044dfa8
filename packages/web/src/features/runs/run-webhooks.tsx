import { Button, Skeleton, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMay } from '../../lib/me.ts';
import { poll } from '../../lib/poll.ts';
import { trpc } from '../../lib/trpc.ts';
import { WebhookIcon } from '../../ui/icons.ts';
import { Failure, Notice } from '../../ui/notice.tsx';
import { Secret } from '../../ui/secret.tsx';
import css from './runs.module.css';
import { Webhook } from './webhook.tsx';

const isWaiting = ({ deliveries }: { deliveries: { state: string }[] }) =>
  deliveries.some(({ state }) => state === 'waiting');

/** Addresses that are told when the run is finished, and what came of it. */
export function RunWebhooks({ runId, isOpen }: { runId: string; isOpen: boolean }) {
  const mayAdd = useMay('upload');
  const [made, setMade] = useState<{ url: string; secret: string } | null>(null);
  const webhooks = useQuery(
    trpc.webhooks.list.queryOptions(
      { run: runId },
      // That a run is finished is told a moment later.
      { refetchInterval: poll((webhooks) => (isOpen || webhooks.some(isWaiting) ? 2_000 : 5_000)) },
    ),
  );
  return (
    <div className={css.webhooks}>
      {made ? (
        <Secret title={`The secret for ${made.url}`} value={made.secret} onClose={() => setMade(null)}>
          What is sent there is signed with it. Copy it now: it can’t be shown again.
        </Secret>
      ) : (
        mayAdd && <AddWebhook runId={runId} onMade={setMade} />
      )}
      {webhooks.data === undefined ? (
        webhooks.isError ? (
          <Failure what="The webhooks" error={webhooks.error} retry={() => void webhooks.refetch()} />
        ) : (
          <div className="card section" aria-busy="true">
            <Skeleton height={56} />
          </div>
        )
      ) : webhooks.data.length === 0 ? (
        <div className="card">
          <Notice icon={WebhookIcon} title="Nobody is told when this run is finished.">
            A tool of yours can be: name an address of it, and Assay sends word there, signed, as soon as nothing of
            this run waits or runs.
          </Notice>
        </div>
      ) : (
        webhooks.data.map((webhook) => <Webhook key={webhook.id} webhook={webhook} mayAct={mayAdd} />)
      )}
    </div>
  );
}

function AddWebhook({ runId, onMade }: { runId: string; onMade: (made: { url: string; secret: string }) => void }) {
  const queryClient = useQueryClient();
  const add = useMutation(
    trpc.webhooks.add.mutationOptions({
      onSuccess: ({ secret }, { url }) => {
        onMade({ url, secret });
        return queryClient.invalidateQueries(trpc.webhooks.pathFilter());
      },
    }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    add.mutate({ run: runId, url: String(new FormData(event.currentTarget).get('url')).trim() });
  };
  return (
    <form className={css.addWebhook} onSubmit={submit} aria-label="New webhook">
      <TextInput
        type="url"
        name="url"
        label="Tell an address when this run is finished"
        placeholder="http://127.0.0.1:9000/done"
        required
        withAsterisk={false}
        spellCheck={false}
        autoCapitalize="none"
        onChange={() => add.isPending || add.reset()}
        error={add.error?.message}
      />
      <Button type="submit" size="sm" loading={add.isPending}>
        Add
      </Button>
    </form>
  );
}

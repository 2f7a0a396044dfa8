import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMay } from '../../lib/me.ts';
import { poll } from '../../lib/poll.ts';
import { trpc } from '../../lib/trpc.ts';
import { useTitle } from '../../lib/use-title.ts';
import { ModelsIcon } from '../../ui/icons.ts';
import { Failure, Notice } from '../../ui/notice.tsx';
import { AddModel } from './add-model.tsx';
import { ModelTable } from './model-table.tsx';
import { PendingModels } from './pending-models.tsx';

const often = { refetchInterval: poll(5_000) };

export function ModelsPage() {
  useTitle('Models');
  const seen = useQuery(trpc.models.seen.queryOptions(undefined, often));
  const mayRegister = useMay('models:register');
  const addresses = useQuery(trpc.models.addresses.queryOptions(undefined, { ...often, enabled: mayRegister }));
  const pending = addresses.data?.filter(({ model }) => model === null) ?? [];
  const failed = [seen, addresses].find(({ isError, data }) => isError && data === undefined);
  const current = seen.data?.filter(({ isCurrent }) => isCurrent) ?? [];
  const former = seen.data?.filter(({ isCurrent }) => !isCurrent) ?? [];
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <h1>Models</h1>
      {failed ? (
        <Failure what="The models" error={failed.error} retry={() => void failed.refetch()} />
      ) : seen.data === undefined || addresses.isLoading ? (
        <Waiting />
      ) : (
        <>
          {current.length === 0 ? (
            <NoModel mayAdd={mayRegister} />
          ) : (
            <ModelTable models={current} addresses={addresses.data} />
          )}
          {mayRegister && <AddModel />}
          {pending.length > 0 && <PendingModels addresses={pending} />}
          {former.length > 0 && (
            <>
              <div>
                <h2>Seen before</h2>
                <p className="dim small" style={{ margin: 0 }}>
                  Versions that others have replaced, and models that have no address any more. Their results stay.
                </p>
              </div>
              <ModelTable models={former} addresses={addresses.data} />
            </>
          )}
        </>
      )}
    </div>
  );
}

function NoModel({ mayAdd }: { mayAdd: boolean }) {
  return (
    <div className="card">
      <Notice icon={ModelsIcon} title="No model has registered yet.">
        A model is any HTTP service that follows Assay’s protocol.{' '}
        {mayAdd
          ? 'Add it by its address below, or name the address in ASSAY_MODEL_URLS when Assay starts.'
          : 'An administrator can add one by its address.'}
      </Notice>
    </div>
  );
}

function Waiting() {
  return (
    <div className="card" aria-busy="true">
      {['a', 'b', 'c', 'd', 'e'].map((key) => (
        <div key={key} className="section">
          <Skeleton height={56} />
        </div>
      ))}
    </div>
  );
}

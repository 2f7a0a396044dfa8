import { mediaTypes } from '@assay/shared';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useMemo } from 'react';
import { formatBytes, formatCount, formatCountOf } from '../../lib/format.ts';
import { poll } from '../../lib/poll.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { useStore } from '../../lib/store.ts';
import { trpc } from '../../lib/trpc.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Chip } from '../../ui/chip.tsx';
import { removeFiles } from './add-files.ts';
import { chosenModels, estimateWork, isSendable, listUnserved, sortChosen } from './choice.ts';
import { CaseChooser, useChosenCase } from './chosen-case.tsx';
import { DropArea } from './drop-area.tsx';
import { FileTable } from './file-table.tsx';
import { InterruptedUploads } from './interrupted-uploads.tsx';
import { ModelPanel } from './model-panel.tsx';
import { ProblemPanel } from './problem-panel.tsx';
import { type Queue, type QueueTotals, totalQueue } from './queue.ts';
import { SendBar } from './send-bar.tsx';
import { sendFiles } from './send-files.ts';
import { SendFoot } from './send-foot.tsx';
import css from './upload.module.css';
import { uploads } from './uploads.ts';

export function UploadPage() {
  useTitle('Upload');
  const queue = useStore(uploads);
  const chosen = useStore(chosenModels);
  const models = useQuery(trpc.models.list.queryOptions({}, { refetchInterval: poll(15_000) }));
  const listings = models.data;
  const totals = useMemo(() => totalQueue(queue), [queue]);
  const byType = useMemo(() => sortChosen(listings ?? [], chosen), [listings, chosen]);
  const busy = queue.phase === 'sending' || queue.phase === 'paused';
  const plan = usePlan(queue, byType, listings);
  const navigate = useNavigate();
  const choice = useChosenCase();
  const canSend = !busy && plan.ids.length > 0 && choice.fault === undefined;
  const send = () => sendFiles(plan.ids, byType, choice.chosen);
  useShortcuts([
    { keys: 's', does: 'Send the files', run: () => canSend && send() },
    {
      keys: 'o',
      does: 'Open the run of the files sent',
      run: () => queue.run && void navigate({ to: '/runs/$runId', params: { runId: queue.run } }),
    },
  ]);
  return (
    <div className={css.page}>
      <div className={css.files}>
        <h1 className={totals.files > 0 ? 'visually-hidden' : undefined}>Upload</h1>
        <DropArea big={totals.files === 0} />
        <InterruptedUploads queue={queue} />
        {totals.files > 0 && (
          <>
            <Summary queue={queue} totals={totals} busy={busy} />
            <FileTable queue={queue} models={byType} />
            <ProblemPanel queue={queue} />
          </>
        )}
        <SendBar queue={queue} totals={totals} />
      </div>
      <ModelPanel
        models={listings}
        error={models.error}
        retry={() => void models.refetch()}
        chosen={chosen}
        totals={totals}
        foot={
          <SendFoot
            chooser={<CaseChooser choice={choice} disabled={busy} />}
            totals={totals}
            sendable={{ files: plan.ids.length, bytes: plan.bytes, models: plan.models }}
            unserved={plan.unserved}
            estimate={plan.estimate}
            busy={busy}
            blocked={choice.fault !== undefined}
            send={send}
          />
        }
      />
    </div>
  );
}

/** What would be sent now. */
function usePlan(
  queue: Queue,
  byType: ReturnType<typeof sortChosen>,
  listings: Parameters<typeof sortChosen>[0] | undefined,
) {
  const files = useDeferredValue(queue.files);
  return useMemo(() => {
    const sendable = [...files.values()].filter((file) => isSendable(file, byType));
    const types = new Set(sendable.map(({ reading }) => reading?.mediaType));
    return {
      ids: sendable.map(({ id }) => id),
      bytes: sendable.reduce((sum, { file }) => sum + file.size, 0),
      models: new Set(mediaTypes.flatMap((type) => (types.has(type) ? byType[type] : []))).size,
      unserved: listUnserved(files.values(), byType),
      estimate: estimateWork(files.values(), byType, listings ?? []),
    };
  }, [files, byType, listings]);
}

function Summary({ queue, totals, busy }: { queue: Queue; totals: QueueTotals; busy: boolean }) {
  return (
    <div className="row wrap" style={{ gap: '6px 10px' }}>
      <h2 style={{ fontSize: 17, color: 'var(--text)', fontWeight: 620, letterSpacing: '-.01em' }}>
        {formatCountOf(totals.files, 'file')}, {formatBytes(totals.bytes)}
      </h2>
      {mediaTypes.map(
        (type) => totals.byType[type] > 0 && <Chip key={type}>{`${formatCount(totals.byType[type])} ${type}`}</Chip>,
      )}
      {totals.known > 0 && <Chip tone="ok">{formatCount(totals.known)} known</Chip>}
      <span className="push" />
      {!busy && <Button onClick={() => removeFiles([...queue.files.keys()])}>Clear</Button>}
    </div>
  );
}

import { errorBodySchema, type ResumableState, resumableStateSchema, showFileName } from '@assay/shared';
import { Button } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { reachServer } from '../../lib/connection.ts';
import { formatBytes, formatCountOf, formatPercent } from '../../lib/format.ts';
import { poll } from '../../lib/poll.ts';
import { useStore } from '../../lib/store.ts';
import { addAgain } from './add-files.ts';
import { type BegunUpload, begunUploads, forgetBegun, isInterrupted, isSameFile } from './begun-uploads.ts';
import type { Queue } from './queue.ts';
import { giveUp } from './send-resumable.ts';
import css from './upload.module.css';

/** How far the server has it; null when it has it no more, or it is somebody else's. */
async function askState(url: string): Promise<ResumableState | null> {
  const answer = await reachServer(url);
  if (answer.ok) return resumableStateSchema.parse(await answer.json());
  if (answer.status === 404 || answer.status === 410) return null;
  throw new Error(errorBodySchema.safeParse(await answer.json()).data?.error.message ?? `Status ${answer.status}`);
}

/** Large uploads that a reload, a crash or a closed tab broke off, each with what can be done about it. */
export function InterruptedUploads({ queue }: { queue: Queue }) {
  const begun = useStore(begunUploads);
  const listed = [...queue.files.values()];
  const interrupted = begun.filter(
    (upload) =>
      isInterrupted(upload) && !listed.some(({ file, path }) => path === upload.path && isSameFile(upload, file)),
  );
  const states = useQueries({
    queries: interrupted.map(({ url }) => ({
      queryKey: ['resumable', url],
      queryFn: () => askState(url),
      networkMode: 'always' as const,
      refetchInterval: poll((asked: ResumableState | null) => (asked?.state === 'checking' ? 2_000 : false)),
    })),
  });
  const shown = interrupted.flatMap((upload, index) => {
    const state = states[index]?.data;
    return state ? [{ upload, state }] : [];
  });
  if (shown.length === 0) return null;
  return (
    <section className={`card ${css.interrupted}`} aria-label="Interrupted uploads">
      <div className={`row wrap ${css.problemHead}`}>
        <h2>{formatCountOf(shown.length, 'upload was interrupted', 'uploads were interrupted')}</h2>
        <span className="dim small">
          What has arrived is kept for a day. Choose the file again, and it goes on where it stopped.
        </span>
      </div>
      <ul>
        {shown.map(({ upload, state }) => (
          <Interrupted key={upload.url} upload={upload} state={state} />
        ))}
      </ul>
    </section>
  );
}

function Interrupted({ upload, state }: { upload: BegunUpload; state: ResumableState }) {
  const input = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState<File | null>(null);
  const { url, path, size } = upload;
  const take = (file: File | undefined) => {
    if (!file) return;
    if (isSameFile(upload, file)) addAgain(upload, file);
    else setWrong(file);
  };
  return (
    <li className={css.begun}>
      <div className={css.standing}>
        <span className={`clip ${css.name}`} title={showFileName(path)} dir="auto">
          {showFileName(path)}
        </span>
        <span className="dim">{describeState(state, size)}</span>
        {wrong && (
          <span role="alert" className={css.wrong}>
            {describeDifference(upload, wrong)}
          </span>
        )}
      </div>
      {state.state === 'receiving' && (
        <>
          <Button onClick={() => input.current?.click()} aria-label={`Choose the file again: ${showFileName(path)}`}>
            Choose the file again
          </Button>
          <input
            ref={input}
            type="file"
            hidden
            aria-label={`${showFileName(path)} again`}
            onChange={({ currentTarget }) => {
              take(currentTarget.files?.[0]);
              currentTarget.value = '';
            }}
          />
          <Button
            variant="subtle"
            color="gray"
            onClick={() => void giveUp(url)}
            aria-label={`Give up: ${showFileName(path)}`}
          >
            Give up
          </Button>
        </>
      )}
      {state.state === 'done' && (
        <Button renderRoot={(props) => <Link to="/runs/$runId" params={{ runId: state.answer.run }} {...props} />}>
          Open the run
        </Button>
      )}
      {(state.state === 'done' || state.state === 'failed') && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() => forgetBegun(url)}
          aria-label={`Dismiss: ${showFileName(path)}`}
        >
          Dismiss
        </Button>
      )}
    </li>
  );
}

function describeState(state: ResumableState, size: number): string {
  switch (state.state) {
    case 'receiving':
      return `${formatPercent(state.offset / size)} of ${formatBytes(size)} has arrived.`;
    case 'checking':
      return 'All of it has arrived; the server is checking it.';
    case 'done':
      return 'All of it has arrived and was taken.';
    case 'failed':
      return state.error.message;
  }
}

function describeDifference(upload: BegunUpload, file: File): string {
  const name = upload.path.split('/').at(-1);
  if (file.name !== name) return `You chose ${file.name}. This is ${name}.`;
  if (file.size !== upload.size)
    return `You chose a ${file.name} of ${formatBytes(file.size)}. This one has ${formatBytes(upload.size)}.`;
  return `${file.name} has changed on the disk since it was begun. Give it up, and send it anew.`;
}

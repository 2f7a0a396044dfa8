import { anyHashSchema, showFileName } from '@assay/shared';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { poll } from '../../lib/poll.ts';
import { useHoldToReveal } from '../../lib/reveal.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { type Answers, trpc } from '../../lib/trpc.ts';
import { useTitle } from '../../lib/use-title.ts';
import { UnknownIcon } from '../../ui/icons.ts';
import { Failure, Notice } from '../../ui/notice.tsx';
import { DeleteSection } from './delete-object.tsx';
import { FamilySection, nameDerived, useFamily } from './family.tsx';
import { FileFacts, type FoundObject } from './file-facts.tsx';
import { HistorySection } from './history.tsx';
import { Judgement } from './judgement.tsx';
import css from './object.module.css';
import { ObjectHead } from './object-head.tsx';
import { ObjectViewer } from './object-viewer.tsx';
import { PredictionCard } from './prediction-card.tsx';
import { ReviewBar } from './review-bar.tsx';
import { SharedHash } from './shared-hash.tsx';
import { useReview } from './use-review.ts';

const uploadLink = <Link to="/upload">Upload files</Link>;

export function ObjectPage() {
  const { hash } = useParams({ from: '/frame/objects/$hash' });
  const asked = anyHashSchema.safeParse(hash.trim());
  if (!asked.success) {
    return (
      <Notice icon={UnknownIcon} title="This is not a hash." whole actions={uploadLink}>
        “{hash}” is not an MD5, SHA-1 or SHA-256: those are 32, 40 or 64 of the characters 0-9 and a-f.
      </Notice>
    );
  }
  return <ObjectByHash key={asked.data} hash={asked.data} />;
}

function ObjectByHash({ hash }: { hash: string }) {
  const results = useQuery(
    trpc.predictions.byHash.queryOptions([hash], {
      refetchInterval: poll((results) => (results.every((each) => !each.found || each.done) ? false : 1_500)),
    }),
  );
  const object = results.data?.[0];
  if (object?.found) return <KnownObject object={object} />;
  if (object) {
    return (
      <Notice icon={UnknownIcon} title="No file with this hash is here." whole actions={uploadLink}>
        <p className="mono" style={{ margin: '0 0 6px' }}>
          {hash}
        </p>
        It was never uploaded, or a character is missing. Files are found by MD5, SHA-1 and SHA-256.
      </Notice>
    );
  }
  if (results.isError)
    return <Failure what="The file" whole error={results.error} retry={() => void results.refetch()} />;
  return <Waiting />;
}

type RunObjects = Answers['runs']['get']['objects'];

/** Where the object stands in the run that it was opened from, and keys to its neighbours. */
function usePlace(object: FoundObject) {
  const { run } = useSearch({ from: '/frame/objects/$hash' });
  const navigate = useNavigate();
  const objects = useQuery(
    trpc.runs.get.queryOptions({ id: run ?? '' }, { enabled: run !== undefined, staleTime: 60_000 }),
  ).data?.objects;
  const index = objects?.findIndex(({ sha256 }) => sha256 === object.sha256) ?? -1;
  const open = (next: RunObjects[number] | undefined) => {
    if (next) void navigate({ to: '/objects/$hash', params: { hash: next.sha256 }, search: { run }, replace: true });
  };
  useShortcuts(
    objects
      ? [
          { keys: 'j', does: 'Next file of the run', run: () => open(objects[index + 1]) },
          { keys: 'k', does: 'Previous file of the run', run: () => open(objects[index - 1]) },
          {
            keys: 'u',
            does: 'Back to the run',
            run: () => void navigate({ to: '/runs/$runId', params: { runId: run ?? '' } }),
          },
        ]
      : [],
  );
  if (run === undefined || !objects || index < 0) return { place: null, name: null };
  return { place: { run, index, of: objects.length }, name: objects[index]?.fileName ?? null };
}

function KnownObject({ object }: { object: FoundObject }) {
  const { place, name: nameInRun } = usePlace(object);
  const review = useReview(object.sha256);
  const [origin] = useFamily(object).data?.origins ?? [];
  const derivedName = origin && `${nameDerived(origin.label, origin.model)}${origin.name ? ` of ${origin.name}` : ''}`;
  const name = nameInRun ?? object.fileNames[0] ?? derivedName ?? object.sha256;
  useTitle(showFileName(name));
  const [boxesShown, setBoxesShown] = useState(true);
  const toggleBoxes = () => setBoxesShown(!boxesShown);
  useHoldToReveal(object.sha256);
  useShortcuts([{ keys: 'b', does: 'Boxes on or off', run: toggleBoxes }]);
  return (
    <div className={css.page}>
      <div className={css.top}>
        {review && <ReviewBar review={review} />}
        <ObjectHead object={object} name={name} place={place} boxesShown={boxesShown} toggleBoxes={toggleBoxes} />
        {object.ambiguous && <SharedHash hash={object.hash} shown={object.sha256} objects={object.ambiguous} />}
      </div>
      <div className={css.view}>
        <ObjectViewer key={object.sha256} object={object} name={name} boxesShown={boxesShown} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a column that scrolls must be reachable by key. */}
      <section className={`card ${css.results}`} tabIndex={0} aria-label="Results and facts">
        <Judgement hash={object.sha256} review={review} />
        <h2 className="visually-hidden">Results</h2>
        {object.predictions.length === 0 && (
          <Notice icon={UnknownIcon} title="No model has been asked about this file." actions={uploadLink}>
            Upload it again with models chosen: the bytes are kept once.
          </Notice>
        )}
        {object.predictions.map((prediction) => (
          <PredictionCard
            key={prediction.id}
            hash={object.sha256}
            prediction={prediction}
            others={object.predictions}
            deleted={object.deletion !== null}
          />
        ))}
        <FamilySection object={object} />
        <FileFacts object={object} />
        <HistorySection hash={object.sha256} />
        <DeleteSection object={object} />
      </section>
    </div>
  );
}

function Waiting() {
  return (
    <div className={css.page} aria-busy="true">
      <h1 className="visually-hidden">A file, being loaded</h1>
      <Skeleton height={30} width="60%" />
      <Skeleton className={css.view} radius="md" mih={240} />
      <Skeleton className={css.results} radius="md" mih={240} />
    </div>
  );
}

import { showFileName } from '@assay/shared';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { describeTime, formatCount, formatCountOf, formatPlace, formatScore } from '../../lib/format.ts';
import { poll } from '../../lib/poll.ts';
import { type Answers, trpc } from '../../lib/trpc.ts';
import { Failure } from '../../ui/notice.tsx';
import { showState, stateLooks } from '../../ui/states.tsx';
import { Thumbnail } from '../../ui/thumbnail.tsx';
import css from './family.module.css';
import type { FoundObject } from './file-facts.tsx';

type Family = Answers['objects']['family'];
type Derived = Family['derived'][number];

const isOpen = ({ state }: { state: string }) => state === 'queued' || state === 'running';
/** Hits of one object that are shown before somebody asks for all. */
const hitsShown = 8;

/** What the object was made from and what models made of it; polled while anything of it is at work. */
export function useFamily(object: FoundObject) {
  const done = object.done;
  return useQuery(
    trpc.objects.family.queryOptions(
      { hash: object.sha256 },
      {
        refetchInterval: poll(({ derived }) =>
          done && !derived.some(({ predictions }) => predictions.some(isOpen)) ? false : 2_000,
        ),
      },
    ),
  );
}

/** What a derived object is called: it has no file name. */
export const nameDerived = (label: string | null, model: string): string => label || `made by ${model}`;

export function FamilySection({ object }: { object: FoundObject }) {
  const family = useFamily(object);
  if (family.isError && !family.data)
    return <Failure what="What was made of it" error={family.error} retry={() => void family.refetch()} />;
  if (!family.data) return null;
  const { origins, derived, more } = family.data;
  const jumps = object.mediaType === 'video' || object.mediaType === 'audio';
  return (
    <>
      {origins.length > 0 && <Origins origins={origins} />}
      {derived.length > 0 && (
        <section className="section" aria-labelledby="derived-objects">
          <h2 id="derived-objects">Derived objects</h2>
          <Heirs parent={object.sha256} derived={derived} root={object.sha256} jumps={jumps} />
          {more && <p className="dim small">Only the first {formatCount(derived.length)} are shown.</p>}
        </section>
      )}
    </>
  );
}

function Origins({ origins }: { origins: Family['origins'] }) {
  const { run } = useSearch({ from: '/frame/objects/$hash' });
  return (
    <section className="section" aria-labelledby="made-from">
      <h2 id="made-from">Made from</h2>
      <ul className={css.list}>
        {origins.map(({ parent, model, version, label, time, name }) => (
          <li key={`${parent} ${model} ${version} ${time?.start}`}>
            <Link
              to="/objects/$hash"
              params={{ hash: parent }}
              search={{ run, t: time?.start }}
              className="clip"
              dir="auto"
              title={name ? showFileName(name) : parent}
            >
              {name ? showFileName(name) : `${parent.slice(0, 12)}…`}
            </Link>
            <div className="dim small">
              {nameDerived(label, model)}
              {time && `, ${describeTime(time)}`}, by {model} {version}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface HeirsProps {
  parent: string;
  root: string;
  derived: readonly Derived[];
  jumps: boolean;
}

/** The objects that were made from `parent`, by the model that made them, each with what was made of it in turn. */
function Heirs({ parent, root, derived, jumps }: HeirsProps) {
  const own = derived.filter((each) => each.parent === parent);
  const byModel = Map.groupBy(own, ({ model }) => model);
  return [...byModel].map(([model, objects]) => (
    <section key={model} className={css.group} aria-label={`Made by ${model}`}>
      <h3 className="small">
        {model} <span className="dim">{formatCountOf(objects.length, 'object')}</span>
      </h3>
      <ul className={css.list}>
        {objects.map((each, i) => (
          <li key={`${each.sha256} ${each.time?.start ?? i}`}>
            <Heir object={each} jumps={jumps} />
            {each.depth < 8 && each.sha256 !== root && (
              <div className={css.below}>
                <Heirs
                  parent={each.sha256}
                  root={root}
                  derived={derived.filter((other) => other.depth > each.depth)}
                  jumps={jumps}
                />
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  ));
}

function Heir({ object, jumps }: { object: Derived; jumps: boolean }) {
  const { run } = useSearch({ from: '/frame/objects/$hash' });
  const { sha256, mime, mediaType, label, model, time } = object;
  const name = nameDerived(label, model);
  return (
    <div className={css.heir}>
      <Thumbnail hash={sha256} mime={mime} mediaType={mediaType} />
      <div style={{ minWidth: 0 }}>
        <div className="row wrap" style={{ gap: '0 8px' }}>
          <Link to="/objects/$hash" params={{ hash: sha256 }} search={{ run }} className={css.name}>
            {name}
          </Link>
          {time &&
            (jumps ? (
              <Jump to={time.start} words={name} range={time} />
            ) : (
              <span className="dim small">{describeTime(time)}</span>
            ))}
        </div>
        <States predictions={object.predictions} />
        <Hits object={object} jumps={jumps} />
      </div>
    </div>
  );
}

/** Goes to a second in the player, and says so in the address. */
function Jump({ to, words, range }: { to: number; words: string; range?: { start: number; end: number } }) {
  const shown = range && range.end - range.start >= 0.05 ? describeTime(range) : formatPlace(to, true);
  return (
    <Link
      from="/objects/$hash"
      to="/objects/$hash"
      params={true}
      search={(before) => ({ ...before, t: to })}
      replace
      className={css.jump}
      aria-label={`${words}: go to ${shown}`}
    >
      {shown}
    </Link>
  );
}

/** What is not done, or went wrong; success shows in what was found. */
function States({ predictions }: { predictions: Derived['predictions'] }) {
  const notable = predictions.filter(({ state }) => state !== 'succeeded');
  return notable.map((prediction) => {
    const state = showState({ ...prediction, waitingSince: null });
    const { word, icon: Icon } = stateLooks[state];
    return (
      <div key={prediction.id} className="dim small row" style={{ gap: 4 }} title={prediction.reason ?? undefined}>
        <Icon size={12} aria-hidden className={state === 'running' ? 'icon spin' : 'icon'} />
        {prediction.model} {word}
        {prediction.reason && <span className="clip">: {prediction.reason}</span>}
      </div>
    );
  });
}

function Hits({ object, jumps }: { object: Derived; jumps: boolean }) {
  const { hits, hitCount, predictions } = object;
  const quiet = predictions.filter(
    ({ model, state }) => state === 'succeeded' && !hits.some((hit) => hit.model === model),
  );
  const shown = hits.slice(0, hitsShown);
  return (
    <>
      {hits.length > 0 && (
        <ul className={css.hits}>
          {shown.map((hit, i) => (
            <HitLine key={`${hit.model} ${i}`} hit={hit} jumps={jumps} />
          ))}
        </ul>
      )}
      {hitCount > shown.length && (
        <details className="small">
          <summary className="dim">{formatCount(hitCount - shown.length)} more</summary>
          <ul className={css.hits}>
            {hits.slice(shown.length).map((hit, i) => (
              <HitLine key={`${hit.model} ${i}`} hit={hit} jumps={jumps} />
            ))}
          </ul>
        </details>
      )}
      {quiet.length > 0 && (
        <div className="dim small">{quiet.map(({ model }) => model).join(', ')}: no places to show</div>
      )}
    </>
  );
}

function HitLine({ hit, jumps }: { hit: Derived['hits'][number]; jumps: boolean }) {
  const words = hit.text ? `${hit.label} “${hit.text}”` : hit.label;
  return (
    <li>
      <span className="dim">{hit.model}</span> <span dir="auto">{words}</span>
      {hit.score !== null && <span className="dim"> {formatScore(hit.score)}</span>}{' '}
      {hit.time && jumps && <Jump to={hit.time.start} words={words} />}
    </li>
  );
}

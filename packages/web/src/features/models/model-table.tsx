import type { ReactNode } from 'react';
import { formatBytes, formatCount, formatSeconds } from '../../lib/format.ts';
import type { Answers } from '../../lib/trpc.ts';
import { Chip } from '../../ui/chip.tsx';
import { Moment } from '../../ui/moment.tsx';
import { ModelStateChip } from '../../ui/states.tsx';
import css from './models.module.css';

type SeenModel = Answers['models']['seen'][number];

export function ModelTable({ models }: { models: readonly SeenModel[] }) {
  return (
    <div className={`card ${css.scroll}`}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Takes</th>
            <th scope="col">State</th>
            <NumberHead>Waiting</NumberHead>
            <NumberHead>Rate</NumberHead>
            <NumberHead>Median time</NumberHead>
            <NumberHead>Failed in a day</NumberHead>
            <th scope="col">Limits</th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <ModelLine key={`${model.name} ${model.version}`} model={model} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NumberHead({ children }: { children: string }) {
  return (
    <th scope="col" className={css.number}>
      {children}
    </th>
  );
}

function ModelLine({ model }: { model: SeenModel }) {
  const { name, version, title, description, accepts, emits, tags, waiting, medianSeconds, limits } = model;
  return (
    <tr>
      <td>
        <div>
          <span className={css.name}>{name}</span> <span className="dim small">{version}</span>
          <div className="dim small" title={description}>
            {title || description}
          </div>
          {tags.length > 0 && (
            <div className={css.tags} style={{ marginTop: 4 }}>
              {tags.map((tag) => (
                <Chip key={tag}>{tag}</Chip>
              ))}
            </div>
          )}
        </div>
      </td>
      <td data-word="Takes">
        <span>
          {accepts.join(', ')}
          {emits.length > 0 && <span className="dim"> → makes {emits.join(', ')}</span>}
        </span>
      </td>
      <td data-word="State">
        <ModelStanding model={model} />
      </td>
      <NumberCell word="Waiting" title="Predictions that are queued for it" none={waiting === 0 && 'none'}>
        {formatCount(waiting)}
      </NumberCell>
      <NumberCell word="Rate" title="Over the last ten minutes" none={model.perMinute === 0 && 'idle'}>
        {formatRate(model.perMinute)}
      </NumberCell>
      <NumberCell word="Median" title="Of its last hundred results" none={medianSeconds === null && 'not measured'}>
        {medianSeconds !== null && `${formatSeconds(medianSeconds)} each`}
      </NumberCell>
      <NumberCell word="Failed" title="Within the last day" none={model.failedLastDay === 0 && 'none'}>
        <span className={css.failed}>{formatCount(model.failedLastDay)}</span>
      </NumberCell>
      <td data-word="Limits" className="dim small">
        <span>
          {formatBytes(limits.maxBytes)}, {formatSeconds(limits.timeoutSeconds)}, {formatCount(limits.concurrency)} at a
          time
        </span>
      </td>
    </tr>
  );
}

function ModelStanding({
  model: { state, stateSince, firstSeenAt, detail, addresses, answering },
}: {
  model: SeenModel;
}) {
  return (
    <div className={css.state}>
      <ModelStateChip state={state} />
      {stateSince === null ? (
        <span className="dim small">
          no address; first seen <Moment at={firstSeenAt} />
        </span>
      ) : (
        <span className="dim small">
          since <Moment at={stateSince} />
        </span>
      )}
      {addresses > 1 && (
        <span className="dim small">
          {answering} of {addresses} addresses answer
        </span>
      )}
      {detail && <span className={`small ${css.detail}`}>{detail}</span>}
    </div>
  );
}

function NumberCell(props: { word: string; title: string; none: string | false; children: ReactNode }) {
  return (
    <td data-word={props.word} className={css.number} title={props.title}>
      <span>{props.none ? <span className="dim">{props.none}</span> : props.children}</span>
    </td>
  );
}

const formatRate = (perMinute: number) =>
  perMinute >= 10 ? `${formatCount(Math.round(perMinute))} a minute` : `${perMinute.toFixed(1)} a minute`;

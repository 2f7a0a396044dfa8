import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatBytes, formatCount, formatSeconds } from '../../lib/format.ts';
import { type Answers, trpc } from '../../lib/trpc.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Chip } from '../../ui/chip.tsx';
import { ModelsIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Failure, Notice } from '../../ui/notice.tsx';
import { ModelStateChip } from '../../ui/states.tsx';
import css from './models.module.css';

type ModelListing = Answers['models']['list'][number];

export function ModelsPage() {
  useTitle('Models');
  const models = useQuery(trpc.models.list.queryOptions({}, { refetchInterval: 5_000 }));
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <h1>Models</h1>
      {models.data === undefined ? (
        models.isError ? (
          <Failure what="The models" error={models.error} retry={() => void models.refetch()} />
        ) : (
          <Waiting />
        )
      ) : models.data.length === 0 ? (
        <div className="card">
          <Notice icon={ModelsIcon} title="No model has registered yet.">
            A model is any HTTP service that follows Assay’s protocol. Give its address in ASSAY_MODEL_URLS when Assay
            starts.
          </Notice>
        </div>
      ) : (
        <ModelTable models={models.data} />
      )}
    </div>
  );
}

function ModelTable({ models }: { models: readonly ModelListing[] }) {
  return (
    <div className={`card ${css.scroll}`}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Takes</th>
            <th scope="col">State</th>
            <th scope="col" className={css.number}>
              Waiting
            </th>
            <th scope="col" className={css.number}>
              Median time
            </th>
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

function ModelLine({ model }: { model: ModelListing }) {
  const {
    name,
    version,
    title,
    description,
    accepts,
    emits,
    tags,
    state,
    stateSince,
    detail,
    waiting,
    medianSeconds,
    limits,
  } = model;
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
        <div className={css.state}>
          <ModelStateChip state={state} />
          <span className="dim small">
            since <Moment at={stateSince} />
          </span>
          {detail && <span className="small">{detail}</span>}
        </div>
      </td>
      <td data-word="Waiting" className={css.number} title="Predictions that are queued for it">
        <span>{waiting === 0 ? <span className="dim">none</span> : formatCount(waiting)}</span>
      </td>
      <td data-word="Median time" className={css.number}>
        <span>
          {medianSeconds === null ? <span className="dim">not measured</span> : `${formatSeconds(medianSeconds)} each`}
        </span>
      </td>
      <td data-word="Limits" className="dim small">
        <span>
          {formatBytes(limits.maxBytes)}, {formatSeconds(limits.timeoutSeconds)}, {formatCount(limits.concurrency)} at a
          time
        </span>
      </td>
    </tr>
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

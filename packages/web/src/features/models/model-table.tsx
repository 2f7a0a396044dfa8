import { useSearch } from '@tanstack/react-router';
import { type ReactNode, useId } from 'react';
import { formatCount, formatRate, formatSeconds } from '../../lib/format.ts';
import type { Answers } from '../../lib/trpc.ts';
import { Chip } from '../../ui/chip.tsx';
import { PauseIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Opener, OpeningRow } from '../../ui/opening-row.tsx';
import { ModelStateChip } from '../../ui/states.tsx';
import { numberCell, Table } from '../../ui/table.tsx';
import type { Address } from './address-table.tsx';
import { ModelDetails } from './model-details.tsx';
import css from './models.module.css';

type SeenModel = Answers['models']['seen'][number];

interface ModelTableProps {
  models: readonly SeenModel[];
  /** Of all models; undefined for who may not see them. */
  addresses: readonly Address[] | undefined;
}

export function ModelTable({ models, addresses }: ModelTableProps) {
  return (
    <Table columns={columns}>
      {models.map((model) => (
        <ModelLine key={`${model.name} ${model.version}`} model={model} addresses={addresses} />
      ))}
    </Table>
  );
}

const columns = [
  ...['Model', 'Takes', 'State'],
  ...['Waiting', 'Rate', 'Median time', 'Failed in a day'].map((number) => ({ number })),
];

function ModelLine({ model, addresses }: { model: SeenModel; addresses: readonly Address[] | undefined }) {
  const { name, version, title, description, accepts, emits, tags, waiting, medianSeconds } = model;
  const key = `${name}@${version}`;
  const open = useSearch({ from: '/frame/models' }).open === key;
  const id = useId();
  const own = addresses?.filter((address) => address.model?.name === name && address.model.version === version);
  const cells = (
    <>
      <td>
        <div>
          <Opener
            to="/models"
            search={{ open: open ? undefined : key }}
            replace
            resetScroll={false}
            open={open}
            opens={id}
          >
            <span className={css.name}>{name}</span>
          </Opener>{' '}
          <span className="dim small">{version}</span>
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
    </>
  );
  return (
    <OpeningRow open={open} id={id} columns={columns.length} cells={cells}>
      <ModelDetails model={model} addresses={own} />
    </OpeningRow>
  );
}

function ModelStanding({
  model: { state, stateSince, firstSeenAt, detail, addresses, answering, pause },
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
          {answering} of {addresses} addresses take work
        </span>
      )}
      {pause && (
        <>
          <Chip tone="bad" icon={PauseIcon}>
            paused
          </Chip>
          <span className="dim small">
            since <Moment at={pause.since} />: it failed at everything
          </span>
        </>
      )}
      {detail && <span className={`small ${css.detail}`}>{detail}</span>}
    </div>
  );
}

function NumberCell(props: { word: string; title: string; none: string | false; children: ReactNode }) {
  return (
    <td data-word={props.word} className={numberCell} title={props.title}>
      <span>{props.none ? <span className="dim">{props.none}</span> : props.children}</span>
    </td>
  );
}

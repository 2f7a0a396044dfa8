import { mediaTypes } from '@assay/shared';
import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatCount } from '../../lib/format.ts';
import { ModelsIcon } from '../../ui/icons.ts';
import { Failure, Notice } from '../../ui/notice.tsx';
import type { ModelListing } from './choice.ts';
import { ModelGroup } from './model-group.tsx';
import css from './model-panel.module.css';
import type { QueueTotals } from './queue.ts';

interface ModelPanelProps {
  models: readonly ModelListing[] | undefined;
  error: unknown;
  retry: () => void;
  chosen: readonly string[];
  totals: QueueTotals;
  /** The estimate and the button. */
  foot: ReactNode;
}

export function ModelPanel({ models, error, retry, chosen, totals, foot }: ModelPanelProps) {
  const known = chosen.filter((name) => models?.some((model) => model.name === name)).length;
  return (
    <section className={`card ${css.models}`} aria-labelledby="models-title">
      <div className="section row">
        <h2 id="models-title" style={{ fontSize: 17, color: 'var(--text)', fontWeight: 620 }}>
          Models
        </h2>
        <span className="push" />
        <span className="dim small">{formatCount(known)} chosen</span>
      </div>
      <div className={css.groups}>
        {models === undefined && (error ? <Failure what="The models" error={error} retry={retry} /> : <Waiting />)}
        {models?.length === 0 && (
          <Notice icon={ModelsIcon} title="No model has registered yet.">
            Models appear here as soon as they answer.
          </Notice>
        )}
        {models !== undefined &&
          mediaTypes.map((type) => {
            const fitting = models.filter(({ accepts }) => accepts.includes(type));
            return (
              fitting.length > 0 && (
                <ModelGroup
                  key={type}
                  type={type}
                  models={fitting}
                  all={models}
                  chosen={chosen}
                  files={totals.byType[type]}
                />
              )
            );
          })}
      </div>
      <div className={`section ${css.foot}`}>{foot}</div>
    </section>
  );
}

function Waiting() {
  return (
    <div aria-busy="true">
      {mediaTypes.map((type) => (
        <div key={type} className={`section ${css.group}`}>
          <Skeleton height={18} width={92} />
        </div>
      ))}
    </div>
  );
}

import type { ReactNode } from 'react';
import { formatBytes, formatCount, formatSeconds } from '../../lib/format.ts';
import type { Answers } from '../../lib/trpc.ts';
import { Moment } from '../../ui/moment.tsx';
import { type Address, AddressTable } from './address-table.tsx';
import { ModelActs } from './model-acts.tsx';
import { ModelPause } from './model-pause.tsx';
import css from './models.module.css';

export type SeenModel = Answers['models']['seen'][number];

/** What a model says of itself, and where it is. `addresses`: undefined for who may not see them. */
export function ModelDetails({ model, addresses }: { model: SeenModel; addresses: readonly Address[] | undefined }) {
  const { description, licence, classes, limits, firstSeenAt, waiting } = model;
  return (
    <div className={css.details}>
      <ModelPause model={model} />
      {description && <p>{description}</p>}
      <dl className={css.facts}>
        <Fact name="Classes">
          {classes.length > 0 ? classes.join(', ') : <span className="dim">its manifest names none</span>}
        </Fact>
        <Fact name="Limits">
          {formatBytes(limits.maxBytes)} an object, {formatSeconds(limits.timeoutSeconds)} a prediction,{' '}
          {formatCount(limits.concurrency)} at a time
        </Fact>
        <Fact name="Licence">{licence || <span className="dim">not said</span>}</Fact>
        <Fact name="First seen">
          <Moment at={firstSeenAt} />
        </Fact>
      </dl>
      {addresses && addresses.length > 0 && <AddressTable addresses={addresses} waiting={waiting} bare />}
      {model.addresses === 0 && (
        <p className="dim">It has no address any more. What it said stays; add its address, and it goes on.</p>
      )}
      <ModelActs model={model} />
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

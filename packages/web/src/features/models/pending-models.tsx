import { type Address, AddressTable } from './address-table.tsx';
import css from './models.module.css';

/** Addresses that were named, and where no model has answered yet. */
export function PendingModels({ addresses }: { addresses: readonly Address[] }) {
  return (
    <>
      <h2>Not a model yet</h2>
      <div className={`card ${css.scroll}`}>
        <AddressTable addresses={addresses} />
      </div>
    </>
  );
}

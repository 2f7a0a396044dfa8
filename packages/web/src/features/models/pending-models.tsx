import { type Address, AddressTable } from './address-table.tsx';

/** Addresses that were named, and where no model has answered yet. */
export function PendingModels({ addresses }: { addresses: readonly Address[] }) {
  return (
    <>
      <h2>Not a model yet</h2>
      <AddressTable addresses={addresses} />
    </>
  );
}

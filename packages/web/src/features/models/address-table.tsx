import type { Answers } from '../../lib/trpc.ts';
import { Moment } from '../../ui/moment.tsx';
import { ModelStateChip } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import css from './models.module.css';
import { RemoveAddress } from './remove-address.tsx';

export type Address = Answers['models']['addresses'][number];

/** Where models are, or should be, reached. `waiting`: predictions that nobody else can take. */
export function AddressTable({
  addresses,
  waiting = 0,
  bare = false,
}: {
  addresses: readonly Address[];
  waiting?: number;
  bare?: boolean;
}) {
  return (
    <Table columns={['Address', 'State', 'What it says', 'Why it is here']} bare={bare}>
      {addresses.map((address) => (
        <tr key={address.url}>
          <td>
            <span className={css.address}>{address.url}</span>
          </td>
          <td data-word="State">
            <div className={css.state}>
              <ModelStateChip state={address.state} />
              <span className="dim small">
                since <Moment at={address.stateSince} />
              </span>
            </div>
          </td>
          <td data-word="Says" className="small">
            <span className={css.detail}>{address.detail ?? <span className="dim">nothing is wrong</span>}</span>
          </td>
          <td data-word="Here" className="small">
            <Origin address={address} waiting={addresses.length === 1 ? waiting : 0} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Origin({ address: { url, origin }, waiting }: { address: Address; waiting: number }) {
  switch (origin) {
    case 'bundled':
      return <span>It comes with Assay, which starts it. ASSAY_BUNDLED_MODELS says which are started.</span>;
    case 'configured':
      return <span>ASSAY_MODEL_URLS names it. To remove it, take it out there and start Assay again.</span>;
    case 'registered':
      return <RemoveAddress url={url} waiting={waiting} />;
  }
}

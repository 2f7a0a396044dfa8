import type { Answers } from '../../lib/trpc.ts';
import { Moment } from '../../ui/moment.tsx';
import { ModelStateChip } from '../../ui/states.tsx';
import css from './models.module.css';

/** Addresses that were named, and where no model has answered yet. */
export function PendingModels({ models }: { models: Answers['models']['pending'] }) {
  return (
    <>
      <h2>Not a model yet</h2>
      <div className={`card ${css.scroll}`}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Address</th>
              <th scope="col">State</th>
              <th scope="col">What is wrong</th>
            </tr>
          </thead>
          <tbody>
            {models.map(({ url, state, stateSince, detail }) => (
              <tr key={url}>
                <td>
                  <span className={css.name}>{url}</span>
                </td>
                <td data-word="State">
                  <div className={css.state}>
                    <ModelStateChip state={state} />
                    <span className="dim small">
                      since <Moment at={stateSince} />
                    </span>
                  </div>
                </td>
                <td data-word="Wrong" className="small">
                  <span className={css.detail}>{detail ?? 'Nobody has looked yet'}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

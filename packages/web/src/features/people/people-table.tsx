import { formatCountOf } from '../../lib/format.ts';
import { useMe } from '../../lib/me.ts';
import type { Answers } from '../../lib/trpc.ts';
import { Chip } from '../../ui/chip.tsx';
import { CancelledIcon, CheckIcon } from '../../ui/icons.ts';
import { Moment } from '../../ui/moment.tsx';
import { Acts, Table } from '../../ui/table.tsx';
import css from './people.module.css';
import type { ShownLink } from './people-page.tsx';
import { PersonActs } from './person-acts.tsx';
import { RoleMenu } from './role-menu.tsx';

export type Person = Answers['people']['list']['people'][number];

export function PeopleTable({ people, onLink }: { people: readonly Person[]; onLink: (link: ShownLink) => void }) {
  const me = useMe();
  return (
    <Table columns={['Person', 'Role', 'State', 'Signed in', 'Keys', 'Since']} hasActs>
      {people.map((person) => (
        <tr key={person.id}>
          <td>
            <div>
              <span className={css.name} dir="auto">
                {person.username}
              </span>
              {person.id === me?.id && <span className="dim"> (you)</span>}
              {person.name !== person.username && (
                <div className="dim small" dir="auto">
                  {person.name}
                </div>
              )}
            </div>
          </td>
          <td data-word="Role">
            <RoleMenu person={person} />
          </td>
          <td data-word="State">
            <span>
              {person.disabled ? (
                <Chip tone="bad" icon={CancelledIcon}>
                  disabled
                </Chip>
              ) : (
                <Chip tone="ok" icon={CheckIcon}>
                  active
                </Chip>
              )}
            </span>
          </td>
          <td data-word="Signed in">{countOrNone(person.sessions, 'session')}</td>
          <td data-word="Keys">{countOrNone(person.keys, 'key')}</td>
          <td data-word="Since">
            <Moment at={person.createdAt} />
          </td>
          <Acts>
            <PersonActs person={person} onLink={onLink} />
          </Acts>
        </tr>
      ))}
    </Table>
  );
}

const countOrNone = (count: number, word: string) =>
  count === 0 ? <span className="dim">none</span> : <span className={css.count}>{formatCountOf(count, word)}</span>;

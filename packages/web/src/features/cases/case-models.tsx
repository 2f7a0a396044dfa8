import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatCount, formatPercent } from '../../lib/format.ts';
import { describeInterval } from '../../lib/precision.ts';
import { trpc } from '../../lib/trpc.ts';
import { ModelsIcon } from '../../ui/icons.ts';
import { Failure, Notice } from '../../ui/notice.tsx';
import { numberCell, Table } from '../../ui/table.tsx';
import css from './cases.module.css';

/** How often people of the case found each model right. */
export function CaseModels({ id }: { id: string }) {
  const asked = useQuery(trpc.judging.precision.queryOptions({ case: id }));
  if (asked.isError && !asked.data)
    return <Failure what="What people say of models" error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data) return <Skeleton height={160} radius="md" />;
  if (asked.data.length === 0)
    return (
      <div className="card">
        <Notice icon={ModelsIcon} title="Nobody has said of a model whether it is right.">
          On an object’s page, each result has the buttons Right, Wrong and Unsure.
        </Notice>
      </div>
    );
  return (
    <>
      <p className="dim small">
        Of a class: the predictions that say something of it. Of all: those that found nothing, too. A verdict is on the
        whole prediction, and none of this says what a model missed.
      </p>
      <Table
        label="Models as people of this case find them"
        columns={['Model', 'Class', ...['Right', 'Wrong', 'Unsure', 'Precision'].map((number) => ({ number }))]}
      >
        {asked.data.map(({ model, version, class: name, right, wrong, unsure, precision }) => (
          <tr key={`${model} ${version} ${name}`}>
            <td>
              {name === null ? (
                <div>
                  <span className={css.name}>{model}</span> <span className="dim small">{version}</span>
                </div>
              ) : (
                <span className="visually-hidden">
                  {model} {version}
                </span>
              )}
            </td>
            <td data-word="Class">{name ?? <span className="dim">all</span>}</td>
            <td data-word="Right" className={numberCell}>
              {formatCount(right)}
            </td>
            <td data-word="Wrong" className={numberCell}>
              {formatCount(wrong)}
            </td>
            <td data-word="Unsure" className={numberCell}>
              {formatCount(unsure)}
            </td>
            <td data-word="Precision" className={numberCell}>
              {precision ? (
                <div>
                  {formatPercent(precision.share)}
                  <div className="dim small">{describeInterval(precision)}</div>
                </div>
              ) : (
                <span className="dim">none</span>
              )}
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}

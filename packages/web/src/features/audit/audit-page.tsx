import { Button } from '@mantine/core';
import { useTitle } from '../../lib/use-title.ts';
import { DownloadIcon } from '../../ui/icons.ts';
import css from './audit.module.css';
import { ChainState } from './chain-state.tsx';
import { Records } from './records.tsx';
import { TrailFilters } from './trail-filters.tsx';
import { addressExport, readFilter, useAddress } from './use-trail.ts';

const formats = [
  { format: 'jsonl', word: 'JSON Lines', title: 'For assay verify and other programs' },
  { format: 'csv', word: 'CSV', title: 'For spreadsheets' },
] as const;

/** Who did what, when, from where: for those who answer for it. */
export function AuditPage() {
  useTitle('Audit');
  const { wanted, isFiltered } = useAddress();
  const filter = readFilter(wanted);
  return (
    <div className={css.page}>
      <div className="row wrap">
        <h1 className="push">Audit</h1>
        <span className="dim small">{isFiltered ? 'Download what is filtered:' : 'Download all of it:'}</span>
        {formats.map(({ format, word, title }) => (
          <Button
            key={format}
            component="a"
            href={addressExport(filter, format)}
            download
            title={title}
            leftSection={<DownloadIcon size={14} aria-hidden />}
          >
            {word}
          </Button>
        ))}
      </div>
      <ChainState />
      <TrailFilters />
      <Records filter={filter} />
    </div>
  );
}

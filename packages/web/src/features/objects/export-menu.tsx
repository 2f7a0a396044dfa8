import { Button, Menu } from '@mantine/core';
import { DownloadIcon, OpenIcon } from '../../ui/icons.ts';

const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

const choices = [
  { of: 'objects', format: 'csv', word: 'Objects, as CSV', does: 'A row each; for a spreadsheet.' },
  { of: 'predictions', format: 'csv', word: 'Predictions, as CSV', does: 'A row each, with what the model said.' },
  { of: 'objects', format: 'jsonl', word: 'Objects, as JSON Lines', does: 'A line each; for programs.' },
  {
    of: 'predictions',
    format: 'jsonl',
    word: 'Predictions, as JSON Lines',
    does: 'A line each, with the whole result.',
  },
] as const;

/** All that the search finds, as a file. It is put down on the audit trail. */
export function ExportMenu({ q, sort }: { q: string; sort: string }) {
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <Button leftSection={<DownloadIcon size={14} aria-hidden />} rightSection={<OpenIcon size={13} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>All that was found. It is put down on the audit trail.</Menu.Label>
        {choices.map(({ of, format, word, does }) => (
          <Menu.Item
            key={word}
            component="a"
            href={`/objects/export?${new URLSearchParams({ query: q, sort, of, format, timeZone })}`}
            download
          >
            {word}
            <div className="dim small">{does}</div>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

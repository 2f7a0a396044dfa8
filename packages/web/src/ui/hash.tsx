import { ActionIcon, Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { copyText } from '../lib/copy-text.ts';
import { shortenHash } from '../lib/format.ts';
import { CheckIcon, CopyIcon } from './icons.ts';

/** A hash, its middle left out, and a button that copies all of it. */
export function Hash({ name, value }: { name: string; value: string }) {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => setSaid((await copyText(value)) ? 'Copied' : 'Could not copy');
  return (
    <span className="row" style={{ gap: 2 }}>
      <span className="mono" title={value}>
        {shortenHash(value)}
      </span>
      <Tooltip label={said ?? `Copy ${name}`} opened={said === null ? undefined : true}>
        <ActionIcon size={20} c="dimmed" onClick={() => void copy()} aria-label={`Copy ${name}`}>
          {said === 'Copied' ? <CheckIcon size={13} /> : <CopyIcon size={13} />}
        </ActionIcon>
      </Tooltip>
      <span role="status" className="visually-hidden">
        {said}
      </span>
    </span>
  );
}

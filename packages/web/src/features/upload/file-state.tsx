import { formatPercent } from '../../lib/format.ts';
import { Chip } from '../../ui/chip.tsx';
import { CheckIcon, FailedIcon } from '../../ui/icons.ts';
import { MismatchChip } from '../../ui/mismatch-chip.tsx';
import type { QueuedFile } from './queue.ts';
import css from './upload.module.css';
import { type ModelsByType, tryAgain } from './uploads.ts';

/** A bar that says how much of a file has gone out. */
function SentBar({ share, label }: { share: number; label: string }) {
  return (
    <>
      <span
        className={css.bar}
        role="progressbar"
        aria-label={label}
        aria-valuenow={Math.floor(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <i className={css.fill} style={{ width: `${share * 100}%` }} />
      </span>
      <span className={css.percent}>{formatPercent(share)}</span>
    </>
  );
}

export function FileState({ file, models }: { file: QueuedFile; models: ModelsByType }) {
  const { stage, reading } = file;
  switch (stage) {
    case 'reading':
      return <span className="dim">reading</span>;
    case 'unsupported':
      return (
        <Chip tone="bad" icon={FailedIcon} title={reading?.fault ?? ''}>
          {reading?.fault}
        </Chip>
      );
    case 'ready': {
      const served = reading?.mediaType != null && models[reading.mediaType].length > 0;
      return (
        <>
          {reading?.mismatch && <MismatchChip mismatch={reading.mismatch} />}
          {!served && <span className="dim clip">no model chosen for {reading?.mediaType}</span>}
          {served && !reading?.mismatch && <span className="dim">ready</span>}
        </>
      );
    }
    case 'waiting':
      return <span className="dim">waiting to be sent</span>;
    case 'sending': {
      const share = Math.min(1, file.sentBytes / file.file.size);
      return share < 1 ? (
        <SentBar share={share} label={`${file.path} sent`} />
      ) : (
        <span className="dim">being stored</span>
      );
    }
    case 'sent':
      return (
        <Chip
          tone="ok"
          icon={CheckIcon}
          title={
            file.known
              ? 'These bytes were here already: they are kept once, and what is known of them is used again'
              : undefined
          }
        >
          {file.known ? 'known, linked' : 'sent'}
        </Chip>
      );
    case 'failed':
      return (
        <>
          <Chip tone="bad" icon={FailedIcon} title={file.reason ?? ''}>
            {file.reason}
          </Chip>
          <button
            type="button"
            className={css.link}
            onClick={() => tryAgain([file.id])}
            aria-label={`Try ${file.path} again`}
          >
            try again
          </button>
        </>
      );
  }
}

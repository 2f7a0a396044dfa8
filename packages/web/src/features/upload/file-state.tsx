import { showFileName } from '@assay/shared';
import { formatPercent } from '../../lib/format.ts';
import { useStore } from '../../lib/store.ts';
import { Chip } from '../../ui/chip.tsx';
import { CheckIcon, FailedIcon } from '../../ui/icons.ts';
import { MismatchChip } from '../../ui/mismatch-chip.tsx';
import { begunUploads } from './begun-uploads.ts';
import { chosenCase } from './chosen-case.tsx';
import type { QueuedFile } from './queue.ts';
import { isResumable, tryAgain } from './send-files.ts';
import { findBegun } from './send-resumable.ts';
import css from './upload.module.css';
import type { ModelsByType } from './uploads.ts';

/** From this size on, looking a file up takes long enough to be watched. */
const watchedBytes = 8e6;

/** A bar that says how much of a file has gone out. */
function SentBar({ share, label, rests = false }: { share: number; label: string; rests?: boolean }) {
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
      <span className={css.percent}>
        {formatPercent(share)}
        {rests && ' so far'}
      </span>
    </>
  );
}

/** What is known of a file that is not on its way: whether its bytes are here, and how much of them has arrived. */
function Standing({ file, otherwise }: { file: QueuedFile; otherwise: string }) {
  const { check, hashedBytes, sentBytes, path, file: bytes } = file;
  if (check === 'here')
    return (
      <Chip tone="ok" icon={CheckIcon} title="These bytes are kept here: only the name and the models are sent">
        already here, not sent again
      </Chip>
    );
  if (sentBytes > 0)
    return <SentBar share={Math.min(1, sentBytes / bytes.size)} label={`${showFileName(path)} sent so far`} rests />;
  if (check === 'hashing' && bytes.size >= watchedBytes)
    return <span className="dim">reading, {formatPercent(hashedBytes / bytes.size)}</span>;
  return <span className="dim">{otherwise}</span>;
}

const isBegun = ({ file, path, reading }: QueuedFile, models: ModelsByType, within: string | undefined) =>
  isResumable(file) &&
  reading?.mediaType != null &&
  findBegun({ file, path, models: models[reading.mediaType], case: within });

export function FileState({ file, models }: { file: QueuedFile; models: ModelsByType }) {
  const { stage, reading } = file;
  useStore(begunUploads);
  const within = useStore(chosenCase);
  switch (stage) {
    case 'reading':
      return <span className="dim">reading</span>;
    case 'unsupported':
      return (
        <Chip tone="bad" icon={FailedIcon} title={showFileName(reading?.fault ?? '')}>
          {showFileName(reading?.fault ?? '')}
        </Chip>
      );
    case 'ready': {
      const served = reading?.mediaType != null && models[reading.mediaType].length > 0;
      return (
        <>
          {reading?.mismatch && <MismatchChip mismatch={reading.mismatch} />}
          {!served && <span className="dim clip">no model chosen for {reading?.mediaType}</span>}
          {served && (!reading?.mismatch || file.check === 'here') && (
            <Standing file={file} otherwise={isBegun(file, models, within) ? 'goes on where it stopped' : 'ready'} />
          )}
        </>
      );
    }
    case 'waiting':
      return <Standing file={file} otherwise="waiting to be sent" />;
    case 'sending': {
      if (file.check === 'here') return <Standing file={file} otherwise="" />;
      const share = Math.min(1, file.sentBytes / file.file.size);
      return share < 1 ? (
        <SentBar share={share} label={`${showFileName(file.path)} sent`} />
      ) : (
        <span className="dim">checking</span>
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
          <Chip tone="bad" icon={FailedIcon} title={showFileName(file.reason ?? '')}>
            {showFileName(file.reason ?? '')}
          </Chip>
          <button
            type="button"
            className={css.link}
            onClick={() => tryAgain([file.id])}
            aria-label={`Try ${showFileName(file.path)} again`}
          >
            try again
          </button>
        </>
      );
  }
}

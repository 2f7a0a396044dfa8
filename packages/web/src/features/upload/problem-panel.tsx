import { showFileName } from '@assay/shared';
import { Button } from '@mantine/core';
import { formatCount, formatCountOf } from '../../lib/format.ts';
import { removeFiles } from './add-files.ts';
import type { Queue, QueuedFile } from './queue.ts';
import { tryAgain } from './send-files.ts';
import css from './upload.module.css';

const shown = 50;
const idsOf = (files: readonly QueuedFile[]) => files.map(({ id }) => id);

/** Every file that was not taken, with the reason and what can be done. */
export function ProblemPanel({ queue }: { queue: Queue }) {
  const all = [...queue.files.values()];
  const failed = all.filter(({ stage }) => stage === 'failed');
  const unsupported = all.filter(({ stage }) => stage === 'unsupported');
  const problems = [...failed, ...unsupported];
  if (problems.length === 0) return null;
  return (
    <section className={`card ${css.problems}`} aria-label="Problems">
      <div className={`row wrap ${css.problemHead}`}>
        <h2 style={{ color: 'var(--bad)' }}>{formatCountOf(problems.length, 'file')} can’t be taken</h2>
        {unsupported.length > 0 && <span className="dim small">Assay takes images, video, audio and text.</span>}
        <span className="push" />
        {unsupported.length > 0 && (
          <Button onClick={() => removeFiles(idsOf(unsupported))}>
            Take {formatCount(unsupported.length)} unsupported off the list
          </Button>
        )}
        {failed.length > 0 && (
          <Button onClick={() => tryAgain(idsOf(failed))}>Try {formatCount(failed.length)} again</Button>
        )}
      </div>
      <ul>
        {problems.slice(0, shown).map(({ id, path, stage, reason, reading }) => (
          <li key={id} className={css.problem}>
            <span className={`clip ${css.name}`} title={showFileName(path)} dir="auto">
              {showFileName(path)}
            </span>
            <span className={css.why}>{showFileName((stage === 'failed' ? reason : reading?.fault) ?? '')}</span>
            {stage === 'failed' && (
              <button type="button" className={css.link} onClick={() => tryAgain([id])}>
                try again
              </button>
            )}
          </li>
        ))}
      </ul>
      {problems.length > shown && (
        <p className="dim small" style={{ margin: 0, padding: '4px 15px' }}>
          and {formatCount(problems.length - shown)} more in the table
        </p>
      )}
    </section>
  );
}

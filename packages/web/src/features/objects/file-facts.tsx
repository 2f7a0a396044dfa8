import { type ObjectResults, showFileName } from '@assay/shared';
import { Link } from '@tanstack/react-router';
import { formatExactBytes } from '../../lib/format.ts';
import { Hash } from '../../ui/hash.tsx';
import { MismatchChip } from '../../ui/mismatch-chip.tsx';
import { Moment } from '../../ui/moment.tsx';
import css from './result.module.css';

export type FoundObject = Extract<ObjectResults, { found: true }>;

/** What is false about one of the object's names, if anything is. */
function FalseName({ object, name }: { object: FoundObject; name: string }) {
  const found = object.falseNames.find(({ fileName }) => fileName === name);
  return found && <MismatchChip mismatch={found.mismatch} />;
}

export function FileFacts({ object }: { object: FoundObject }) {
  const { sha256, md5, sha1, size, mime, mediaType, fileNames, uploadedBy, uploadedAt } = object;
  return (
    <section className="section" aria-labelledby="file-facts">
      <h2 id="file-facts">File</h2>
      <dl className={css.facts}>
        <dt>Type</dt>
        <dd>
          {mediaType}, {mime}
        </dd>
        <dt>Size</dt>
        <dd>{formatExactBytes(size)}</dd>
        <dt>SHA-256</dt>
        <dd>
          <Hash name="SHA-256" value={sha256} />
        </dd>
        <dt>SHA-1</dt>
        <dd>
          <Hash name="SHA-1" value={sha1} />
        </dd>
        <dt>MD5</dt>
        <dd>
          <Hash name="MD5" value={md5} />
        </dd>
        {fileNames.length > 0 && (
          <>
            <dt>{fileNames.length === 1 ? 'Name' : 'Names'}</dt>
            <dd>
              {fileNames.map((name) => (
                <div key={name} className={css.name}>
                  <bdi>{showFileName(name)}</bdi> <FalseName object={object} name={name} />
                </div>
              ))}
            </dd>
          </>
        )}
        <dt>{fileNames.length > 0 ? 'Uploaded' : 'Made'}</dt>
        <dd>
          <Moment at={uploadedAt} />{' '}
          {fileNames.length > 0 ? `by ${uploadedBy.join(', ')}` : 'by a model; never uploaded'}
        </dd>
        <dt>{object.cases.length === 1 ? 'Case' : 'Cases'}</dt>
        <dd>
          {object.cases.map(({ id, name }) => (
            <div key={id} className={css.name}>
              <Link to="/cases/$caseId" params={{ caseId: id }}>
                <bdi>{name}</bdi>
              </Link>
            </div>
          ))}
        </dd>
      </dl>
    </section>
  );
}

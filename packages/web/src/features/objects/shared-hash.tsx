import { type ObjectHash, showFileName } from '@assay/shared';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { formatCount, shortenHash } from '../../lib/format.ts';
import { trpc } from '../../lib/trpc.ts';
import { AlertIcon } from '../../ui/icons.ts';
import css from './object.module.css';

interface SharedHashProps {
  /** The MD5 or SHA-1 by which the page was opened. */
  hash: string;
  shown: ObjectHash;
  /** All that have this hash, first uploaded first. */
  objects: readonly ObjectHash[];
}

/** Says that the hash does not tell which file is meant, and leads to each of them. */
export function SharedHash({ hash, shown, objects }: SharedHashProps) {
  const algorithm = hash.length === 32 ? 'MD5' : 'SHA-1';
  const names = useQuery(trpc.predictions.byHash.queryOptions([...objects], { staleTime: 60_000 })).data;
  return (
    <section className={`card ${css.shared}`} aria-labelledby="shared-hash">
      <AlertIcon size={18} stroke={1.8} aria-hidden />
      <div style={{ minWidth: 0 }}>
        <h2 id="shared-hash">
          {formatCount(objects.length)} different files have this {algorithm}
        </h2>
        <p>This is the one that was uploaded first. Their SHA-256 tells them apart.</p>
        <ol>
          {objects.map((sha256, index) => {
            const entry = names?.[index];
            return (
              <li key={sha256}>
                <Link to="/objects/$hash" params={{ hash: sha256 }} aria-current={sha256 === shown || undefined}>
                  <span className="mono" title={sha256}>
                    {shortenHash(sha256)}
                  </span>
                </Link>
                {entry?.found && <bdi>{showFileName(entry.fileNames[0] ?? '')}</bdi>}
                {sha256 === shown && <span className="dim">(shown here)</span>}
              </li>
            );
          })}
        </ol>
      </div>
    </section>
  );
}

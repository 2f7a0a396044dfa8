import { Button } from '@mantine/core';
import css from './account.module.css';

/** Codes for the day on which the telephone is lost, shown once. */
export function BackupCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <section className={`card ${css.form}`} aria-label="Backup codes">
      <h2>Backup codes</h2>
      <p className="dim small">
        Keep them where your telephone is not. Each signs you in once in the place of a code. They can’t be shown again;
        older ones are of no use any more.
      </p>
      <CodeList codes={codes} />
      <div>
        <Button size="sm" onClick={onClose}>
          Done
        </Button>
      </div>
    </section>
  );
}

export function CodeList({ codes }: { codes: readonly string[] }) {
  return (
    <ul className={`mono ${css.codes}`}>
      {codes.map((code) => (
        <li key={code}>{code}</li>
      ))}
    </ul>
  );
}

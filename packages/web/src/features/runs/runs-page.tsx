import { Link } from '@tanstack/react-router';
import { useTitle } from '../../lib/use-title.ts';
import { RunTable } from '../../ui/run-table.tsx';
import css from './runs.module.css';

export function RunsPage() {
  useTitle('Runs');
  return (
    <div className={css.page}>
      <h1>Runs</h1>
      <RunTable actions={<Link to="/upload">Upload files</Link>}>
        Each time you, or members of your cases, send files to models, it is listed here with how far it is.
      </RunTable>
    </div>
  );
}

import { Link } from '@tanstack/react-router';
import { useTitle } from '../../lib/use-title.ts';
import { RunTable } from '../../ui/run-table.tsx';
import css from './home.module.css';
import { Needs } from './needs.tsx';

/** What needs the person, and what was done last. */
export function HomePage() {
  useTitle('Home');
  return (
    <div className={css.page}>
      <h1>What needs you</h1>
      <Needs />
      <div className={css.head}>
        <h2>Recent runs</h2>
        <Link to="/runs" className="small">
          All runs
        </Link>
      </div>
      <RunTable newest={5} actions={<Link to="/upload">Upload files</Link>}>
        When you, or members of your cases, send files to models, it is listed here with how far it is.
      </RunTable>
    </div>
  );
}

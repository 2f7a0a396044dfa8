import { Link } from '@tanstack/react-router';
import css from './views.module.css';

/** Of every page; the address of a page takes its own. */
type View = 'members' | 'models' | 'settings' | 'webhooks';

interface ViewsProps {
  label: string;
  /** Undefined: the first one, which the page's address leaves out. */
  chosen: View | undefined;
  views: readonly { view?: View; words: string }[];
}

/** The views of one page, told apart by `view` in its address. */
export function Views({ label, chosen, views }: ViewsProps) {
  return (
    <nav className={css.views} aria-label={label}>
      {views.map(({ view, words }) => (
        <Link
          key={words}
          to="."
          search={view ? { view } : {}}
          activeOptions={{ includeSearch: true, exact: true }}
          aria-current={chosen === view ? 'page' : undefined}
          replace
        >
          {words}
        </Link>
      ))}
    </nav>
  );
}

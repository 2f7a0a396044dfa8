import { useMay } from '../lib/me.ts';
import { AccountMenu } from './account-menu.tsx';
import { BlurControl } from './blur-control.tsx';
import css from './header.module.css';
import { SearchBox } from './search-box.tsx';

export function Header() {
  const mayRead = useMay('read');
  return (
    <header className={css.top}>
      {mayRead ? (
        <>
          <SearchBox />
          <BlurControl />
        </>
      ) : (
        <span className="push" />
      )}
      <AccountMenu />
    </header>
  );
}

import { Outlet } from '@tanstack/react-router';
import { useVeils } from '../lib/preferences.ts';
import css from './frame.module.css';
import { Header } from './header.tsx';
import { Keys } from './keys.tsx';
import { BannerOffline } from './offline-banner.tsx';
import { Rail } from './rail.tsx';

export function Frame() {
  useVeils();
  return (
    <div className={css.frame}>
      <a href="#main" className={css.skip}>
        Skip to the page
      </a>
      <Rail />
      <Header />
      <div className={css.banner}>
        <BannerOffline />
      </div>
      <main id="main" className={css.main} tabIndex={-1}>
        <Outlet />
      </main>
      <Keys />
    </div>
  );
}

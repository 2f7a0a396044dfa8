import type { ReactNode } from 'react';
import css from './cases.module.css';

/** One thing about a case that its managers decide. */
export function Setting(props: { title: string; explains: string; fault: string | undefined; children: ReactNode }) {
  return (
    <section className={css.setting}>
      <div>
        <h2>{props.title}</h2>
        <p className="dim small">{props.explains}</p>
      </div>
      <div className={css.control}>
        {props.children}
        <p role="alert" className="fault">
          {props.fault}
        </p>
      </div>
    </section>
  );
}

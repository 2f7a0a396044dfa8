import { Button, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { copyText } from '../lib/copy-text.ts';
import { CheckIcon, CopyIcon } from './icons.ts';
import css from './secret.module.css';

interface SecretProps {
  /** What it is, in a few words. */
  title: string;
  value: string;
  children: ReactNode;
  onClose: () => void;
}

/** Something that is shown now and never again. */
export function Secret({ title, value, children, onClose }: SecretProps) {
  const [said, setSaid] = useState<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const copy = async () => setSaid((await copyText(value)) ? 'Copied.' : 'It could not be copied: select it instead.');
  return (
    <section className={`card ${css.secret}`} aria-label={title}>
      <h2 ref={heading} tabIndex={-1} className={css.title}>
        {title}
      </h2>
      <p className="dim small">{children}</p>
      <div className={css.line}>
        <TextInput
          className="push"
          classNames={{ input: css.value ?? '' }}
          value={value}
          readOnly
          aria-label={title}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          size="sm"
          variant="filled"
          leftSection={said === 'Copied.' ? <CheckIcon size={14} aria-hidden /> : <CopyIcon size={14} aria-hidden />}
          onClick={() => void copy()}
        >
          Copy
        </Button>
        <Button size="sm" onClick={onClose}>
          Done
        </Button>
      </div>
      <p role="status" className="small">
        {said}
      </p>
    </section>
  );
}

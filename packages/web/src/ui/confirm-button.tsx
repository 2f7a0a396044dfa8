import { Button, Popover } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import css from './confirm-button.module.css';

interface ConfirmButtonProps {
  /** The act, as a verb; `of` says of what, to those who do not see where the button is. */
  children: string;
  of: string;
  /** What follows from it. */
  why: ReactNode;
  /** What says no; `Cancel` unless that is the act. */
  keep?: string;
  busy?: boolean;
  onConfirm: () => void;
}

/** A button that asks once more. */
export function ConfirmButton({ children, of, why, keep = 'Cancel', busy = false, onConfirm }: ConfirmButtonProps) {
  const [asking, setAsking] = useState(false);
  const confirm = () => {
    setAsking(false);
    onConfirm();
  };
  return (
    <Popover opened={asking} onChange={setAsking} width={260} position="bottom-end" trapFocus withRoles returnFocus>
      <Popover.Target>
        <Button loading={busy} aria-label={`${children} ${of}`} onClick={() => setAsking(!asking)}>
          {children}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={`${children} ${of}?`}>
        <p className={css.why}>{why}</p>
        <div className="row">
          <Button variant="filled" color="red" onClick={confirm}>
            {children}
          </Button>
          <Button onClick={() => setAsking(false)}>{keep}</Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

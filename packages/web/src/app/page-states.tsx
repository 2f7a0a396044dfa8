import { Button } from '@mantine/core';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { UnknownIcon } from '../ui/icons.ts';
import { Failure, Notice } from '../ui/notice.tsx';
import { BannerOffline } from './offline-banner.tsx';

export function PageMissing() {
  return (
    <main>
      <Notice icon={UnknownIcon} title="There is no such page." whole actions={<Link to="/">Go home</Link>}>
        The address may have been cut short when it was copied.
      </Notice>
    </main>
  );
}

export function PageFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <main>
      <BannerOffline onReturn={retry} />
      <Failure what="This page" whole error={error} retry={retry} />
      <p style={{ textAlign: 'center' }}>
        <Button variant="subtle" onClick={() => window.location.reload()}>
          Reload
        </Button>
      </p>
    </main>
  );
}

import { nonce } from './app/browser.ts';
import './app/styles.ts';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { router } from './app/routes.tsx';
import { resolveVariables, theme } from './app/theme.ts';
import { onSignedOut, reachable } from './lib/connection.ts';
import { queryClient } from './lib/trpc.ts';

onSignedOut(() => {
  const { pathname, href } = router.state.location;
  queryClient.clear();
  if (pathname !== '/sign-in' && pathname !== '/set-up') {
    void router.navigate({ to: '/sign-in', search: { redirect: href } });
  }
});

reachable.subscribe(() => {
  if (reachable.get()) void queryClient.refetchQueries({ type: 'active' });
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      getStyleNonce={() => nonce}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { isSignedOut, queryClient, trpc } from '../lib/trpc.ts';
import { PageFailure, PageMissing } from './page-states.tsx';

const readText = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: PageMissing, errorComponent: PageFailure });

/** A place in a recording. */
const readSeconds = (value: unknown): number | undefined => {
  const seconds = Number(value);
  return value !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
};

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { redirect?: string | undefined } => ({ redirect: readText(search.redirect) }),
  component: lazyRouteComponent(() => import('../features/session/sign-in-page.tsx'), 'SignInPage'),
});

const setUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/set-up',
  validateSearch: (search): { token?: string | undefined } => ({ token: readText(search.token) }),
  component: lazyRouteComponent(() => import('../features/session/set-up-page.tsx'), 'SetUpPage'),
});

/** Everything inside is for people who are signed in. */
const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'frame',
  component: lazyRouteComponent(() => import('./frame.tsx'), 'Frame'),
  errorComponent: PageFailure,
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(
        trpc.session.me.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }),
      );
    } catch (error) {
      if (isSignedOut(error)) throw redirect({ to: '/sign-in', search: { redirect: location.href } });
      throw error;
    }
  },
});

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/upload' });
  },
});

const uploadRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/upload',
  component: lazyRouteComponent(() => import('../features/upload/upload-page.tsx'), 'UploadPage'),
});

const runsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/runs',
  component: lazyRouteComponent(() => import('../features/runs/runs-page.tsx'), 'RunsPage'),
});

const runRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/runs/$runId',
  validateSearch: (search): { state?: string | undefined } => ({ state: readText(search.state) }),
  component: lazyRouteComponent(() => import('../features/runs/run-page.tsx'), 'RunPage'),
});

const objectRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/objects/$hash',
  validateSearch: (search): { run?: string | undefined; t?: number | undefined } => ({
    run: readText(search.run),
    t: readSeconds(search.t),
  }),
  component: lazyRouteComponent(() => import('../features/objects/object-page.tsx'), 'ObjectPage'),
});

const modelsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/models',
  validateSearch: (search): { open?: string | undefined } => ({ open: readText(search.open) }),
  component: lazyRouteComponent(() => import('../features/models/models-page.tsx'), 'ModelsPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    signInRoute,
    setUpRoute,
    homeRoute,
    frameRoute.addChildren([uploadRoute, runsRoute, runRoute, objectRoute, modelsRoute]),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

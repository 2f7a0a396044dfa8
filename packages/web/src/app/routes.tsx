import type { Right } from '@assay/shared';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import type { TrailAddress } from '../features/audit/use-trail.ts';
import { loadMe } from '../lib/me.ts';
import { countRevealsOf } from '../lib/reveal.ts';
import { isSignedOut } from '../lib/trpc.ts';
import { PageFailure, PageMissing } from './page-states.tsx';

const readText = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: PageMissing, errorComponent: PageFailure });

/** A text that may consist of digits only, and is a number then to whoever reads the address. */
const readWord = (value: unknown) => (value === undefined ? undefined : readText(String(value)));

/** 2026-01-31 */
const readDay = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;

/** A place in a recording. */
const readSeconds = (value: unknown): number | undefined => {
  const seconds = Number(value);
  return value !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
};

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { redirect?: string | undefined; error?: string | undefined } => ({
    redirect: readText(search.redirect),
    error: readText(search.error),
  }),
  component: lazyRouteComponent(() => import('../features/session/sign-in-page.tsx'), 'SignInPage'),
});

const setUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/set-up',
  validateSearch: (search): { token?: string | undefined } => ({ token: readText(search.token) }),
  component: lazyRouteComponent(() => import('../features/session/set-up-page.tsx'), 'SetUpPage'),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  validateSearch: (search): { token?: string | undefined } => ({ token: readText(search.token) }),
  component: lazyRouteComponent(() => import('../features/session/invitation-page.tsx'), 'InvitationPage'),
});

const choosePasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/choose-password',
  validateSearch: (search): { token?: string | undefined } => ({ token: readText(search.token) }),
  component: lazyRouteComponent(() => import('../features/session/choose-password-page.tsx'), 'ChoosePasswordPage'),
});

/** Everything inside is for people who are signed in. */
const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'frame',
  component: lazyRouteComponent(() => import('./frame.tsx'), 'Frame'),
  errorComponent: PageFailure,
  beforeLoad: async ({ location }) => {
    try {
      const { id } = await loadMe();
      countRevealsOf(id);
    } catch (error) {
      if (isSignedOut(error)) throw redirect({ to: '/sign-in', search: { redirect: location.href } });
      throw error;
    }
  },
});

/** The page is for those who have the right; others are led home. The server refuses them whatever the page does. */
const pageFor = (right: Right) => async () => {
  const { rights } = await loadMe();
  if (!rights.includes(right)) throw redirect({ to: '/' });
};

const homeRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  beforeLoad: async () => {
    const { rights, mustEnrol } = await loadMe();
    if (mustEnrol || !rights.includes('read')) throw redirect({ to: mustEnrol ? '/account' : '/models' });
  },
  component: lazyRouteComponent(() => import('../features/home/home-page.tsx'), 'HomePage'),
});

const uploadRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/upload',
  beforeLoad: pageFor('upload'),
  validateSearch: (search): { case?: string | undefined } => ({ case: readText(search.case) }),
  component: lazyRouteComponent(() => import('../features/upload/upload-page.tsx'), 'UploadPage'),
});

const runsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/runs',
  beforeLoad: pageFor('read'),
  component: lazyRouteComponent(() => import('../features/runs/runs-page.tsx'), 'RunsPage'),
});

const runRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/runs/$runId',
  beforeLoad: pageFor('read'),
  validateSearch: (search): { state?: string | undefined; view?: 'models' | 'webhooks' | undefined } => ({
    state: readText(search.state),
    view: search.view === 'models' || search.view === 'webhooks' ? search.view : undefined,
  }),
  component: lazyRouteComponent(() => import('../features/runs/run-page.tsx'), 'RunPage'),
});

const objectsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/objects',
  beforeLoad: pageFor('read'),
  validateSearch: (search): { q?: string | undefined; sort?: string | undefined; as?: 'table' | undefined } => ({
    q: readWord(search.q),
    sort: readText(search.sort),
    as: search.as === 'table' ? 'table' : undefined,
  }),
  component: lazyRouteComponent(() => import('../features/objects/objects-page.tsx'), 'ObjectsPage'),
});

const casesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/cases',
  beforeLoad: pageFor('read'),
  validateSearch: (search): { archived?: true | undefined; all?: true | undefined } => ({
    archived: search.archived === true || undefined,
    all: search.all === true || undefined,
  }),
  component: lazyRouteComponent(() => import('../features/cases/cases-page.tsx'), 'CasesPage'),
});

const caseRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/cases/$caseId',
  beforeLoad: pageFor('read'),
  validateSearch: (search): { view?: 'members' | 'models' | 'settings' | undefined } => ({
    view: (['members', 'models', 'settings'] as const).find((view) => view === search.view),
  }),
  component: lazyRouteComponent(() => import('../features/cases/case-page.tsx'), 'CasePage'),
});

interface ObjectSearch {
  /** The run that it was opened from. */
  run?: string | undefined;
  /** Seconds into it. */
  t?: number | undefined;
  /** In which it is judged. */
  case?: string | undefined;
  /** The search that is reviewed, and its order. */
  review?: string | undefined;
  sort?: string | undefined;
}

const objectRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/objects/$hash',
  beforeLoad: pageFor('read'),
  validateSearch: (search): ObjectSearch => ({
    run: readText(search.run),
    t: readSeconds(search.t),
    case: readText(search.case),
    // No text at all is a search, too: for everything.
    review: search.review === undefined ? undefined : String(search.review),
    sort: readText(search.sort),
  }),
  component: lazyRouteComponent(() => import('../features/objects/object-page.tsx'), 'ObjectPage'),
});

const modelsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/models',
  validateSearch: (search): { open?: string | undefined } => ({ open: readText(search.open) }),
  beforeLoad: pageFor('figures'),
  component: lazyRouteComponent(() => import('../features/models/models-page.tsx'), 'ModelsPage'),
});

const peopleRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/people',
  beforeLoad: pageFor('people'),
  component: lazyRouteComponent(() => import('../features/people/people-page.tsx'), 'PeoplePage'),
});

const auditRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/audit',
  beforeLoad: pageFor('audit'),
  validateSearch: (search): TrailAddress => ({
    person: readWord(search.person),
    act: readText(search.act),
    outcome: readText(search.outcome),
    on: readWord(search.on),
    case: readText(search.case),
    from: readDay(search.from),
    to: readDay(search.to),
    open: readWord(search.open),
  }),
  component: lazyRouteComponent(() => import('../features/audit/audit-page.tsx'), 'AuditPage'),
});

const keysRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/keys',
  beforeLoad: pageFor('keys'),
  component: lazyRouteComponent(() => import('../features/keys/keys-page.tsx'), 'KeysPage'),
});

const accountRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/account',
  validateSearch: (search): { error?: string | undefined } => ({ error: readText(search.error) }),
  component: lazyRouteComponent(() => import('../features/account/account-page.tsx'), 'AccountPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    signInRoute,
    setUpRoute,
    invitationRoute,
    choosePasswordRoute,
    frameRoute.addChildren([
      homeRoute,
      uploadRoute,
      runsRoute,
      runRoute,
      objectsRoute,
      casesRoute,
      caseRoute,
      objectRoute,
      modelsRoute,
      peopleRoute,
      auditRoute,
      keysRoute,
      accountRoute,
    ]),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

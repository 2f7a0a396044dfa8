import { accountRouter } from './routers/account.ts';
import { auditRouter } from './routers/audit.ts';
import { casesRouter } from './routers/cases.ts';
import { judgingRouter } from './routers/judging.ts';
import { keysRouter } from './routers/keys.ts';
import { modelsRouter } from './routers/models.ts';
import { objectsRouter } from './routers/objects.ts';
import { peopleRouter } from './routers/people.ts';
import { predictionsRouter } from './routers/predictions.ts';
import { runsRouter } from './routers/runs.ts';
import { searchesRouter } from './routers/searches.ts';
import { sessionRouter } from './routers/session.ts';
import { settingsRouter } from './routers/settings.ts';
import { webhooksRouter } from './routers/webhooks.ts';
import { router } from './trpc.ts';

export const appRouter = router({
  session: sessionRouter,
  account: accountRouter,
  keys: keysRouter,
  people: peopleRouter,
  audit: auditRouter,
  cases: casesRouter,
  judging: judgingRouter,
  models: modelsRouter,
  objects: objectsRouter,
  predictions: predictionsRouter,
  runs: runsRouter,
  searches: searchesRouter,
  settings: settingsRouter,
  webhooks: webhooksRouter,
});

export type AppRouter = typeof appRouter;

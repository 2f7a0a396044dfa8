import { modelsRouter } from './routers/models.ts';
import { objectsRouter } from './routers/objects.ts';
import { predictionsRouter } from './routers/predictions.ts';
import { runsRouter } from './routers/runs.ts';
import { sessionRouter } from './routers/session.ts';
import { router } from './trpc.ts';

export const appRouter = router({
  session: sessionRouter,
  models: modelsRouter,
  objects: objectsRouter,
  predictions: predictionsRouter,
  runs: runsRouter,
});

export type AppRouter = typeof appRouter;

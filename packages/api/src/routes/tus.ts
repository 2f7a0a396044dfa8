import { type Response as HttpResponse, Router } from 'express';
import { z } from 'zod';
import type { SignedIn } from '../access.ts';
import type { App } from '../app.ts';
import { resumableFinisher } from '../services/finish-resumable.ts';
import { readResumableState } from '../services/resumable-state.ts';
import type { ResumableRecord } from '../services/resumable-store.ts';
import { allow, userOf } from './guard.ts';
import { refuseAs, tusPath, tusSpeaker } from './speak-tus.ts';

/**
 * Resumable uploads, tus 1.0: POST begins one, PATCH brings bytes, HEAD says how many are there, DELETE gives it up; GET
 * tells its state. The last PATCH is answered as POST /model/predict is, and so is a later one that brings nothing.
 */
export function tusRoutes(app: App): Router {
  const speak = tusSpeaker(app);
  const finish = resumableFinisher(app);
  // Whoever asks for the state later is told how it went, or has it tried again.
  const finishAside = (id: string, res: HttpResponse) => {
    finish(userOf(res), id).catch((error: unknown) => app.log.error({ err: error, id }, 'upload not checked'));
  };
  const router = Router();

  router.use(tusPath, allow('upload'), (_, res, next) => {
    res.set({ 'Tus-Resumable': '1.0.0', 'Tus-Version': '1.0.0', 'Cache-Control': 'no-store' });
    next();
  });

  router.options(tusPath, async (req, res) => reply(res, await speak(req, userOf(res))));
  router.post(tusPath, async (req, res) => reply(res, await speak(req, userOf(res))));

  // To everybody but its owner it is not there.
  router.use(`${tusPath}/:id`, async (req, res, next) => {
    const id = z.uuid().safeParse(req.params.id).data;
    const record = id && (await app.resumables.find(id));
    if (!record || !isOf(record, userOf(res))) throw refuseAs(404);
    next();
  });

  router.head(`${tusPath}/:id`, async (req, res) => {
    const answer = await speak(req, userOf(res), req.params.id);
    if (answer.headers.get('Upload-Offset') === answer.headers.get('Upload-Length')) finishAside(req.params.id, res);
    reply(res, answer);
  });

  router.patch(`${tusPath}/:id`, async (req, res) => {
    const { id } = req.params;
    const answer = await speak(req, userOf(res), id);
    const { size } = await app.resumables.getUpload(id);
    if (Number(answer.headers.get('Upload-Offset')) !== size) return reply(res, answer);
    const outcome = await finish(userOf(res), id);
    res.setHeaders(answer.headers).status(outcome.status).json(outcome.body);
  });

  router.get(`${tusPath}/:id`, async (req, res) => {
    const state = await readResumableState(app, req.params.id);
    if (state.state === 'checking') finishAside(req.params.id, res);
    res.json(state);
  });

  router.delete(`${tusPath}/:id`, async (req, res) => reply(res, await speak(req, userOf(res), req.params.id)));
  return router;
}

const isOf = ({ owner, caseId }: ResumableRecord, { id, cases }: SignedIn) =>
  owner === id && (!cases || (caseId !== undefined && cases.includes(caseId)));

const reply = (res: HttpResponse, answer: Response): void => {
  res.setHeaders(answer.headers).status(answer.status).end();
};

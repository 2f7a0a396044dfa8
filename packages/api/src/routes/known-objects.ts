import { listKnownObjects } from '@assay/db';
import { type KnownAnswer, knownQuestionSchema } from '@assay/shared';
import express, { Router } from 'express';
import type { App } from '../app.ts';
import { allow, userOf } from './guard.ts';
import { readJson } from './read-json.ts';

// Ten thousand entries take 1 MB, and twice that when they are written for people to read.
const readBody = express.json({ limit: '4mb', strict: false, type: () => true });

/** What a client asks before it sends bytes. tRPC's objects.known is the same. */
export function knownObjectsRoutes(app: App): Router {
  const router = Router();
  router.post('/objects/known', allow('upload'), readBody, async (req, res) => {
    const question = readJson(knownQuestionSchema, req.body);
    const known = await listKnownObjects(app.db, userOf(res), question);
    res.json({ known } satisfies KnownAnswer);
  });
  return router;
}

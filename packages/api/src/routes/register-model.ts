import { registrationSchema } from '@assay/shared';
import express, { Router } from 'express';
import type { App } from '../app.ts';
import { registerModel } from '../services/register-model.ts';
import { allow, userOf } from './guard.ts';
import { readJson } from './read-json.ts';

const readBody = express.json({ limit: '16kb', strict: false, type: () => true });

/** A model that is up says where. tRPC's models.register is the same. */
export function registerModelRoutes(app: App): Router {
  const router = Router();
  router.post('/model/register', allow('models:register'), readBody, async (req, res) => {
    const { url } = readJson(registrationSchema, req.body);
    res.status(201).json(await registerModel(app, userOf(res), url));
  });
  return router;
}

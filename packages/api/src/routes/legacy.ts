import { listCurrentModels } from '@assay/db';
import { AppError, isFinal, mediaTypeSchema, mediaTypes, type ObjectResults } from '@assay/shared';
import express, { Router } from 'express';
import { z } from 'zod';
import type { App } from '../app.ts';
import { getObjectResults } from '../services/object-results.ts';
import { allow, userOf } from './guard.ts';

const maxHashes = 10_000;
const hashesSchema = z.array(z.string()).max(maxHashes);

// Old clients name any type of content, or none.
const readList = express.json({ limit: '1mb', strict: false, type: () => true });

/** The old system's contract, for the clients that people have. */
export function legacyRoutes(app: App): Router {
  const router = Router();

  router.post('/model/results', allow('read'), readList, async (req, res) => {
    const hashes = hashesSchema.safeParse(req.body);
    if (!hashes.success)
      throw new AppError('invalid_request', `Send a JSON list of at most ${maxHashes} hashes (MD5, SHA-1 or SHA-256)`);
    const results = await getObjectResults(app, userOf(res), hashes.data);
    res.json(results.map(addOldKeys));
  });

  router.get('/model/list', allow('figures'), async (req, res) => {
    const given = req.query.type || req.query.model_type || undefined;
    const type = mediaTypeSchema.optional().safeParse(given);
    if (!type.success)
      throw new AppError('invalid_request', `type is one of ${mediaTypes.join(', ')}`, {
        details: [{ code: 'invalid_request', field: 'type', message: `Allowed: ${mediaTypes.join(', ')}` }],
      });
    const models = await listCurrentModels(app.db, { type: type.data });
    res.json({ models: models.map(({ name }) => name) });
  });

  return router;
}

function addOldKeys(entry: ObjectResults) {
  if (!entry.found) return entry;
  const pending = entry.predictions.filter(({ state }) => !isFinal(state)).length;
  const results = entry.predictions.flatMap(({ model, result }) => (result ? [[model, result] as const] : []));
  return {
    ...entry,
    file_names: entry.fileNames,
    hash_md5: entry.md5,
    type: entry.mediaType,
    users: entry.uploadedBy,
    models: Object.fromEntries(results),
    tags: [],
    ...(pending > 0 && { detail: `${pending} of ${entry.predictions.length} predictions are not finished yet` }),
  };
}

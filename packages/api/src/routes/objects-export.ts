import { Router } from 'express';
import type { App } from '../app.ts';
import { exportColumns, exportObjects, exportSchema, toCells } from '../services/export-objects.ts';
import { allow, userOf } from './guard.ts';
import { readJson } from './read-json.ts';
import { sendRows } from './send-rows.ts';

/** What a search finds, as a file. */
export function objectsExportRoutes(app: App): Router {
  const router = Router();
  router.get('/objects/export', allow('read'), async (req, res) => {
    const asked = readJson(exportSchema, req.query);
    const { of, format } = asked;
    await sendRows(req, res, {
      ...{ name: `assay-${of}`, format, columns: exportColumns[of] },
      open: async () => {
        const pages = await exportObjects(app, userOf(res), asked);
        return format === 'csv' ? cellsOf(pages) : pages;
      },
    });
  });
  return router;
}

async function* cellsOf(pages: AsyncIterable<Record<string, unknown>[]>) {
  for await (const rows of pages) yield rows.map(toCells);
}

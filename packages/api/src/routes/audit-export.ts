import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ChainLink } from '@assay/db';
import { auditFilterSchema, auditFormats } from '@assay/shared';
import { stringify } from 'csv-stringify';
import { Router } from 'express';
import { z } from 'zod';
import type { App } from '../app.ts';
import { exportTrail } from '../services/audit.ts';
import { allow, userOf } from './guard.ts';
import { readJson } from './read-json.ts';

const questionSchema = auditFilterSchema.extend({ format: z.enum(auditFormats).default('jsonl') });

const types = { jsonl: 'application/jsonl', csv: 'text/csv' };

const columns = [
  ...(['place', 'id', 'at', 'username', 'userId', 'keyId', 'address', 'agent'] as const),
  ...(['act', 'subjectKind', 'subjectId', 'outcome', 'details', 'form', 'hash'] as const),
];

/** What the filter in the query wants of the audit trail, as a file. It may be large: it is never all in memory. */
export function auditExportRoutes(app: App): Router {
  const router = Router();
  router.get('/audit/export', allow('audit'), async (req, res) => {
    const { format, ...filter } = readJson(questionSchema, req.query);
    const name = `assay-audit-${new Date().toISOString().slice(0, 10)}.${format}`;
    res.set({
      'Content-Type': `${types[format]}; charset=utf-8`,
      'Content-Disposition': `attachment; filename="${name}"`,
      'Cache-Control': 'private, no-store',
    });
    if (req.method === 'HEAD') return void res.end();
    const pages = await exportTrail(app, userOf(res), { filter, format });
    const sent =
      format === 'jsonl'
        ? pipeline(Readable.from(writeLines(pages)), res)
        : pipeline(Readable.from(linksOf(pages)), writeCsv(), res);
    // A reader that leaves early is no fault of anybody's.
    await sent.catch((error: unknown) => {
      if (!res.destroyed) throw error;
    });
  });
  return router;
}

/** As `assay audit export` writes them. */
async function* writeLines(pages: AsyncIterable<ChainLink[]>): AsyncGenerator<string> {
  for await (const links of pages) yield links.map((link) => `${JSON.stringify(link)}\n`).join('');
}

async function* linksOf(pages: AsyncIterable<ChainLink[]>): AsyncGenerator<ChainLink> {
  for await (const links of pages) yield* links;
}

/** A cell that a spreadsheet would take for a formula gets a ' before it: names and clients' words come from strangers. */
const writeCsv = () => stringify({ header: true, bom: true, columns: [...columns], escape_formulas: true });

import { auditFilterSchema, auditFormats } from '@assay/shared';
import { Router } from 'express';
import { z } from 'zod';
import type { App } from '../app.ts';
import { exportTrail } from '../services/audit.ts';
import { allow, userOf } from './guard.ts';
import { readJson } from './read-json.ts';
import { sendRows } from './send-rows.ts';

const questionSchema = auditFilterSchema.extend({ format: z.enum(auditFormats).default('jsonl') });

const columns = [
  ...(['place', 'id', 'at', 'username', 'userId', 'keyId', 'address', 'agent'] as const),
  ...(['act', 'subjectKind', 'subjectId', 'outcome', 'details', 'form', 'hash'] as const),
];

/** What the filter in the query wants of the audit trail, as a file; its lines are as `assay audit export` writes them. */
export function auditExportRoutes(app: App): Router {
  const router = Router();
  router.get('/audit/export', allow('audit'), async (req, res) => {
    const { format, ...filter } = readJson(questionSchema, req.query);
    await sendRows(req, res, {
      ...{ name: 'assay-audit', format, columns },
      open: () => exportTrail(app, userOf(res), { filter, format }),
    });
  });
  return router;
}

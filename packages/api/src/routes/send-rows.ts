import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import type { Request, Response } from 'express';

const types = { jsonl: 'application/jsonl', csv: 'text/csv' };

interface SentRows {
  /** Of the file, without its ending. */
  name: string;
  format: keyof typeof types;
  columns: readonly string[];
  /** Asked for only when they are sent: what goes out is put down. */
  open(): Promise<AsyncIterable<object[]>>;
}

/**
 * Sends rows as a file to keep, page by page: it is never all in memory. A cell of CSV that a spreadsheet would take for a
 * formula gets a ' before it, since names and clients' words come from strangers.
 */
export async function sendRows(req: Request, res: Response, { name, format, columns, open }: SentRows): Promise<void> {
  const pages = req.method === 'HEAD' ? undefined : await open();
  res.set({
    'Content-Type': `${types[format]}; charset=utf-8`,
    'Content-Disposition': `attachment; filename="${name}-${new Date().toISOString().slice(0, 10)}.${format}"`,
    'Cache-Control': 'private, no-store',
  });
  if (!pages) return void res.end();
  const sent =
    format === 'jsonl'
      ? pipeline(Readable.from(writeLines(pages)), res)
      : pipeline(
          Readable.from(rowsOf(pages)),
          stringify({ header: true, bom: true, columns: [...columns], escape_formulas: true }),
          res,
        );
  // A reader that leaves early is no fault of anybody's.
  await sent.catch((error: unknown) => {
    if (!res.destroyed) throw error;
  });
}

async function* writeLines(pages: AsyncIterable<object[]>): AsyncGenerator<string> {
  for await (const rows of pages) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

async function* rowsOf(pages: AsyncIterable<object[]>): AsyncGenerator<object> {
  for await (const rows of pages) yield* rows;
}

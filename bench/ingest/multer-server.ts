// A process of its own: an Express + multer server that writes a file, syncs it, and answers.
import { mkdtemp, open, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import multer from 'multer';

const folder = await mkdtemp(join(tmpdir(), 'assay-bench-multer-'));
const server = express()
  .post('/model/predict', multer({ dest: folder }).single('objects'), async (req, res) => {
    const file = await open(req.file?.path ?? '', 'r+');
    await file.sync();
    await file.close();
    res.json({ size: req.file?.size });
  })
  .listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

process.once('disconnect', async () => {
  await rm(folder, { recursive: true });
  process.exit();
});

import { hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { uploadAnswerSchema } from '@assay/shared';
import { expect, test } from 'vitest';
import { startTestApi } from '../testing.ts';

test('large files that wait for each other at the threads are stored whole, with the hashes of their bytes', async () => {
  await using closing = new AsyncDisposableStack();
  const api = await startTestApi();
  closing.defer(api.close);
  await api.addModels({ ner_text: ['text'] });
  const headers = await api.signIn();
  // As much as one file may have in the threads at once, and a few bytes that must wait.
  const sent = Array.from({ length: 12 }, (_, i) => Buffer.alloc((8 << 20) + i * 7, `the line of file ${i}\n`));
  const upload = async (bytes: Buffer<ArrayBuffer>) => {
    const form = new FormData();
    form.append('models', 'ner_text');
    form.append('objects', new Blob([bytes]), 'long.txt');
    const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers, body: form });
    const [object] = uploadAnswerSchema.parse(await answer.json()).objects;
    const stored = await buffer(createReadStream(`${api.store}/${placeOf(object?.sha256 ?? '')}`));
    return { sha256: object?.sha256, md5: object?.md5, size: object?.size, stored: hash('sha256', stored) };
  };
  for (let round = 0; round < 3; round++)
    expect(await Promise.all(sent.map(upload))).toEqual(
      sent.map((bytes) => {
        const sha256 = hash('sha256', bytes);
        return { sha256, md5: hash('md5', bytes), size: bytes.length, stored: sha256 };
      }),
    );
});

const placeOf = (sha256: string) => `${sha256.slice(0, 2)}/${sha256}`;

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { administrator, startTestApi, type TestApi } from '@assay/api/testing';
import type { MediaType } from '@assay/shared';
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import { checkout } from '../checkout.ts';
import { type AssayClient, AssayError, asAssayError, createAssayClient, signIn } from '../index.ts';

let api: TestApi;
let client: AssayClient;

beforeAll(async () => {
  api = await startTestApi();
  await api.addModels({ faces: ['image'], names: ['text'] });
  client = createAssayClient({ url: api.url, token: await signIn({ url: api.url, ...administrator }) });
});
afterAll(() => api.close());

const sample = (name: string) => join(checkout.root, 'samples', name);

/** The AssayError that it throws. */
async function faultOf(asked: Promise<unknown>): Promise<AssayError> {
  const error = asAssayError(await asked.catch((thrown: unknown) => thrown));
  if (!(error instanceof AssayError)) throw new Error(`No AssayError but ${error}`);
  return error;
}

test('procedures are typed, both ways', async () => {
  const models = await client.trpc.models.list.query({ type: 'image' });
  expect(models.map(({ name }) => name)).toEqual(['faces']);
  expectTypeOf(models[0]).exclude<undefined>().toHaveProperty('accepts').toEqualTypeOf<MediaType[]>();
  // @ts-expect-error: there is no such media type.
  await expect(client.trpc.models.list.query({ type: 'smell' })).rejects.toThrow('type');
});

test('a file of this machine and bytes at hand go in under any name, and come back the same', async () => {
  const path = sample('astronaut.jpg');
  const names = [`a "b" 'c' (d)*;\\ é 日本 \u202e%41.jpg`, 'notes/ä.txt'];
  const { run, objects } = await client.upload({
    files: [
      { path, fileName: names[0] ?? '' },
      { bytes: Buffer.from('Ada Lovelace was in London.'), fileName: names[1] ?? '' },
    ],
    models: ['faces', 'names'],
  });
  expect(objects.map(({ fileName, mediaType }) => [fileName, mediaType])).toEqual([
    [names[0], 'image'],
    [names[1], 'text'],
  ]);
  const bytes = await readFile(path);
  expect(objects[0]?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(await buffer(await client.readObject(objects[0]?.md5 ?? ''))).toEqual(bytes);
  expect((await client.trpc.runs.get.query({ id: run })).objects).toHaveLength(2);

  const results = await client.results([objects[1]?.sha1 ?? '', '0'.repeat(32)]);
  expect(results.map(({ found }) => found)).toEqual([true, false]);
});

test('a file that is larger than a buffer is streamed', async () => {
  const bytes = Buffer.alloc(3 << 20, 'A line of text.\n');
  const path = join(api.store, '..', 'long.txt');
  await writeFile(path, bytes);
  const { objects } = await client.upload({ files: [{ path, fileName: 'long.txt' }], models: ['names'] });
  expect(objects[0]).toMatchObject({ size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
});

test('a refusal has its code, its status and every fault', async () => {
  const fault = await faultOf(
    client.upload({ files: [{ bytes: Buffer.from('%PDF-1.7'), fileName: 'a.jpg' }], models: ['none'] }),
  );
  expect(fault).toMatchObject({ code: 'unsupported_media', status: 415, isPassing: false });
  expect(fault.details.map(({ code }) => code)).toEqual(['unsupported_media', 'invalid_models']);
  expect(fault.details[0]?.file).toBe('a.jpg');
});

test('a wrong token, a wrong password and a server that is away are told apart', async () => {
  const stranger = createAssayClient({ url: api.url, token: 'wrong' });
  expect(await faultOf(stranger.results([]))).toMatchObject({ code: 'not_signed_in', status: 401 });
  expect(await faultOf(signIn({ url: api.url, username: 'ada', password: 'wrong password' }))).toMatchObject({
    code: 'not_signed_in',
    message: 'User name or password is wrong',
  });
  expect(await faultOf(stranger.trpc.models.list.query({}))).toMatchObject({ code: 'not_signed_in', status: 401 });
  const away = await faultOf(createAssayClient({ url: 'http://127.0.0.1:9', token: '' }).results([]));
  expect(away).toMatchObject({ code: 'unreachable', isPassing: true });
  const client = createAssayClient({ url: 'http://127.0.0.1:9', token: '' });
  expect(await faultOf(client.trpc.models.list.query({}))).toMatchObject({ code: 'unreachable' });
  expect(away.message).toBe("http://127.0.0.1:9 can't be reached: nobody listens there");
});

test('what a procedure refuses has its code and status', async () => {
  const id = '00000000-0000-7000-8000-000000000000';
  expect(await faultOf(client.trpc.runs.get.query({ id }))).toMatchObject({ code: 'run_not_found', status: 404 });
});

test('what is not Assay is not mistaken for it', async () => {
  const other = createServer((_, answer) => answer.writeHead(503, { 'retry-after': '7' }).end('<h1>busy</h1>'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const fault = await faultOf(createAssayClient({ url, token: '' }).results([]));
  expect(fault).toMatchObject({ code: 'unexpected_answer', status: 503, isPassing: true, retryAfterSeconds: 7 });
  other.close();
});

import { hash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { objectHashSchema } from '@assay/shared';
import { ListMultipartUploadsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openStore } from './open-store.ts';
import { testStoreContract } from './store-contract.ts';
import { prepareTestS3, type TestS3 } from './testing.ts';

const server = await prepareTestS3();

if ('lacking' in server) test.skip(`lacking ${server.lacking}: the S3 store on a real server`);
else
  describe('on a real server', () => {
    let s3: TestS3;
    let client: S3Client;
    let folder: string;
    let url: string;
    let bucket: string;

    beforeAll(async () => {
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
      s3 = await server.start();
      client = new S3Client({ endpoint: s3.endpoint, region: 'us-east-1', forcePathStyle: true });
    });
    afterAll(async () => {
      client.destroy();
      await s3.stop();
      vi.unstubAllEnvs();
    });
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'assay-test-incoming-'));
      url = await s3.makeStoreUrl();
      bucket = new URL(url).host;
    });
    afterEach(() => rm(folder, { recursive: true }));

    const open = (at = url) => openStore(at, { incoming: join(folder, 'incoming') });

    testStoreContract(async () => ({
      open,
      async corrupt(sha256, Body) {
        const Key = `objects/${sha256.slice(0, 2)}/${sha256}`;
        await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
      },
    }));

    const some = objectHashSchema.parse('5a'.repeat(32));
    const largeBytes = 20 << 20;

    async function stageLarge(): Promise<string> {
      const path = join(folder, randomUUID());
      await writeFile(path, Buffer.alloc(largeBytes, 'large'));
      return path;
    }

    const unfinished = async () =>
      (await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? [];

    /** The server, but for what `intercept` answers itself; the address of the store through it. */
    async function openThrough(intercept: (req: IncomingMessage, res: ServerResponse) => boolean) {
      const proxy = createServer((req, res) => {
        if (intercept(req, res)) return void req.resume();
        const { method, headers, url: path } = req;
        const onward = request(`${s3.endpoint}${path}`, { method, headers }, (answer) => {
          res.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(res);
        });
        onward.on('error', () => res.destroy());
        req.pipe(onward);
      });
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      const { port } = proxy.address() as AddressInfo;
      const store = await open(`s3://${bucket}/objects?endpoint=http://127.0.0.1:${port}`);
      return {
        store,
        async [Symbol.asyncDispose]() {
          await store.close();
          proxy.closeAllConnections();
          proxy.close();
          await once(proxy, 'close');
        },
      };
    }

    const refuse = (res: ServerResponse, status: number, code: string) =>
      res
        .writeHead(status, { 'content-type': 'application/xml' })
        .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code} it is</Message></Error>`);

    test('a failed part fails the file with the server’s words, and the upload is taken back', async () => {
      await using through = await openThrough((req, res) => {
        const isSecondPart = req.method === 'PUT' && req.url?.includes('partNumber=2') === true;
        if (isSecondPart) refuse(res, 400, 'EntityTooStrange');
        return isSecondPart;
      });
      await expect(through.store.put(await stageLarge(), some)).rejects.toThrow('EntityTooStrange it is');
      expect(await through.store.has(some)).toBe(false);
      expect(await unfinished()).toEqual([]);
    });

    test('an upload that a crash left is taken back later, a young one is not', async () => {
      await using through = await openThrough((req, res) => {
        // As if the process had died: neither the part nor the abort comes through.
        const isLost = req.url?.includes('partNumber=2') === true || req.method === 'DELETE';
        if (isLost) refuse(res, 400, 'Lost');
        return isLost;
      });
      await expect(through.store.put(await stageLarge(), some)).rejects.toThrow('Lost');
      expect(await unfinished()).toHaveLength(1);
      const store = await open();
      const [upload] = await unfinished();
      const begun = upload?.Initiated?.getTime() ?? 0;
      expect(await store.abortUnfinished(new Date(begun))).toBe(0);
      expect(await unfinished()).toHaveLength(1);
      expect(await store.abortUnfinished(new Date(begun + 1))).toBe(1);
      expect(await unfinished()).toEqual([]);
      await store.close();
    });

    test('an object that another process stored meanwhile is not written over', async () => {
      await using through = await openThrough((req, res) => {
        // The answer of a moment ago.
        const isLook = req.method === 'HEAD';
        if (isLook) res.writeHead(404).end();
        return isLook;
      });
      const file = join(folder, 'small');
      await writeFile(file, 'small');
      const sha256 = objectHashSchema.parse(hash('sha256', 'small'));
      expect(await through.store.put(file, sha256)).toBe(true);
      expect(await through.store.put(file, sha256)).toBe(false);
    });

    test('a large object that another process stored meanwhile is not written over', async () => {
      await using through = await openThrough((req, res) => {
        // As Amazon's server does; moto knows no condition here.
        const isEnd = req.method === 'POST' && req.url?.includes('uploadId=') === true;
        if (isEnd) refuse(res, req.headers['if-none-match'] === '*' ? 412 : 400, 'PreconditionFailed');
        return isEnd;
      });
      expect(await through.store.put(await stageLarge(), some)).toBe(false);
      expect(await unfinished()).toEqual([]);
    });

    test('a write that another one is in the way of is tried again', async () => {
      let tries = 0;
      await using through = await openThrough((req, res) => {
        const isInTheWay = req.method === 'PUT' && ++tries === 1;
        if (isInTheWay) refuse(res, 409, 'ConditionalRequestConflict');
        return isInTheWay;
      });
      const file = join(folder, 'small');
      await writeFile(file, 'small');
      const sha256 = objectHashSchema.parse(hash('sha256', 'small'));
      expect(await through.store.put(file, sha256)).toBe(true);
      expect(tries).toBe(2);
    });

    test('a server without writes on condition gets plain ones', async () => {
      await using through = await openThrough((req, res) => {
        const isConditional = req.headers['if-none-match'] !== undefined;
        if (isConditional) refuse(res, 501, 'NotImplemented');
        return isConditional;
      });
      const file = await stageLarge();
      expect(await through.store.put(file, some)).toBe(true);
      expect((await buffer(await through.store.read(some))).length).toBe(largeBytes);
      expect(await through.store.put(file, some)).toBe(false);
    });

    test('a known object costs no byte', async () => {
      const sent: string[] = [];
      await using through = await openThrough((req) => {
        sent.push(req.method ?? '');
        return false;
      });
      const file = await stageLarge();
      await through.store.put(file, some);
      sent.length = 0;
      expect(await through.store.put(file, some)).toBe(false);
      expect(sent).toEqual(['HEAD']);
    });

    test('what a small object is sent with lets the server check it', async () => {
      const sums: unknown[] = [];
      await using through = await openThrough((req) => {
        if (req.method === 'PUT') sums.push(req.headers['x-amz-checksum-sha256']);
        return false;
      });
      const file = join(folder, 'small');
      await writeFile(file, 'small');
      await through.store.put(file, some);
      expect(sums).toEqual([Buffer.from(some, 'hex').toString('base64')]);
    });

    test.each([
      [404, 'NoSuchBucket', /^There is no bucket test-.* at http:.*: create it/],
      [403, 'AccessDenied', /refuses the bucket test-.* \(AccessDenied\): check the AWS credentials/],
      [301, 'PermanentRedirect', /is in another region/],
      [400, 'Odd', /can't be used: Odd it is/],
    ])('a bucket that can’t be used is explained: %s %s', async (status, code, sentence) => {
      await using through = await openThrough((_, res) => {
        refuse(res, status, code);
        return true;
      });
      await expect(through.store.check()).rejects.toThrow(sentence);
      // No other call takes it for a missing object.
      await expect(through.store.read(some)).rejects.toThrow(code);
    });

    test('a bucket that is not there is not an empty one', async () => {
      const store = await open(`s3://no-such-bucket?endpoint=${s3.endpoint}`);
      await expect(store.check()).rejects.toThrow(/^There is no bucket no-such-bucket/);
      await expect(store.put(await stageLarge(), some)).rejects.toMatchObject({ name: 'NoSuchBucket' });
      await store.close();
    });

    test('a server that is away is said', async () => {
      const store = await open('s3://bucket?endpoint=http://127.0.0.1:9');
      await expect(store.check()).rejects.toThrow(/^http:\/\/127\.0\.0\.1:9 can't be used: ECONNREFUSED/);
      await store.close();
    });

    test('an incoming folder that is gone is said', async () => {
      const store = await open();
      await rm(store.incoming, { recursive: true });
      await expect(store.check()).rejects.toThrow(store.incoming);
      await mkdir(store.incoming);
      await store.check();
      await store.close();
    });
  });

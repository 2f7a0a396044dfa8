import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { defaultLimits, type Limits } from '@assay/shared';
import type { Behaviour } from '../send-raw.ts';

export const photo = await readFile(new URL('../../../../../samples/astronaut.jpg', import.meta.url));
export const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** Small enough to be gone over in a test. */
export const hostileLimits: Limits = {
  ...defaultLimits,
  fileBytes: 600_000,
  requestBytes: 2_000_000,
  files: 50,
  fields: 60,
  fieldBytes: 2000,
  allFieldBytes: 10_000,
  headerBytes: 8192,
  partHeaderBytes: 32_768,
  minFreeBytes: 0,
  headerSeconds: 1,
  idleSeconds: 1,
  minBytesPerSecond: 1024,
  paceSeconds: 3,
  lingerSeconds: 5,
};

/** What a request is refused with; of the fault that its details begin with, when they are given. */
export interface Refusal {
  status: number;
  code: string;
  message?: RegExp;
  field?: string;
  file?: string;
  limit?: number;
}

/** What a request that is odd, and right, is taken as: its files' names and media types, in the order sent. */
export type Taken = [fileName: string, mediaType: string][];

export interface HostileRequest {
  what: string;
  send: (authorization: string) => Behaviour;
  expect: Refusal | Taken | 'no answer';
}

// The bytes of a form.

type Lines = string[];
export const part = (head: Lines, body: Buffer | string): Buffer =>
  Buffer.concat([
    latin1(`--b\r\n${head.map((line) => `${line}\r\n`).join('')}\r\n`),
    Buffer.from(body),
    latin1('\r\n'),
  ]);
export const disposition = (rest: string) => `Content-Disposition: form-data; ${rest}`;
/** `name` as the bytes that it is on the wire, one a character. */
export const file = (name: string, bytes: Buffer | string = photo, ...head: Lines) =>
  part([disposition(`name="objects"; filename="${name}"`), ...head], bytes);
export const field = (name: string, value: string) => part([disposition(`name="${name}"`)], value);
export const model = field('models', 'face_detect');
export const end = latin1('--b--\r\n');
export const form = (...parts: (Buffer | string)[]) => Buffer.concat([...parts.map((p) => Buffer.from(p)), end]);
export const image = file('photo.jpg');
export const utf8 = (text: string) => Buffer.from(text).toString('latin1');

// The bytes of a request.

export const type = 'Content-Type: multipart/form-data; boundary=b';
type Sender = (authorization: string) => Buffer;
export const request =
  (body: Buffer, { head = [type], length = body.length }: { head?: Lines; length?: number | null } = {}): Sender =>
  (authorization) =>
    Buffer.concat([
      latin1(headOf([...head, ...(length === null ? [] : [`Content-Length: ${length}`])], authorization)),
      body,
    ]);
export const headOf = (lines: Lines, authorization: string) =>
  `POST /model/predict HTTP/1.1\r\nHost: assay\r\nAuthorization: ${authorization}\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
export const chunk = (bytes: Buffer) =>
  Buffer.concat([latin1(`${bytes.length.toString(16)}\r\n`), bytes, latin1('\r\n')]);
export const lastChunk = latin1('0\r\n\r\n');
export const chunked = (chunks: Buffer): Sender =>
  request(chunks, { head: [type, 'Transfer-Encoding: chunked'], length: null });
export const expecting = (length: number, lines: Lines = [type]) => [
  ...lines,
  'Expect: 100-continue',
  `Content-Length: ${length}`,
];

/** Writes, one after another; a number is a wait in milliseconds. */
export const slowly =
  (...steps: (Buffer | number)[]) =>
  async (socket: Socket) => {
    for (const step of steps) {
      if (socket.destroyed) return;
      if (typeof step === 'number') await wait(step);
      else socket.write(step);
    }
  };
/** Sends its body when it is asked for it, which is when it is being read. */
export const whenAsked =
  (lines: Lines, send: (socket: Socket) => void) => (authorization: string) => async (socket: Socket) => {
    socket.write(headOf([...lines, 'Expect: 100-continue'], authorization));
    const [asked] = await once(socket, 'data');
    if (String(asked).startsWith('HTTP/1.1 100 Continue')) send(socket);
  };
export const beginning = (body: Buffer, length = 500_000): Sender => request(body, { length });
export const unfinishedFile = Buffer.concat([model, file('clip.mp4').subarray(0, 20_000)]);

export const invalid = (message: RegExp, more: Partial<Refusal> = {}): Refusal => ({
  ...{ status: 400, code: 'invalid_request', message },
  ...more,
});
export const timeout = (message: RegExp, limit: number, file?: string): Refusal => ({
  ...{ status: 408, code: 'request_timeout', message, limit },
  ...(file && { file }),
});
export const named = (what: string, onWire: string, kept: string): HostileRequest => ({
  what: `a file name ${what}`,
  send: request(form(file(onWire), model)),
  expect: [[kept, 'image']],
});
export const disposed = (what: string, line: string, expect: HostileRequest['expect']): HostileRequest => ({
  what,
  send: request(form(part([line], photo), model)),
  expect,
});
export const ofType = (what: string, line: string | undefined, expect: Refusal): HostileRequest => ({
  what,
  send: request(form(image, model), { head: line === undefined ? [] : [line] }),
  expect,
});
export const notAForm: Refusal = {
  status: 415,
  code: 'unsupported_content_type',
  message: /^Send a multipart\/form-data body/,
};
export const aPhoto: Taken = [['photo.jpg', 'image']];

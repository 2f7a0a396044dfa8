import { setTimeout as wait } from 'node:timers/promises';
import {
  beginning,
  chunk,
  chunked,
  file,
  form,
  type HostileRequest,
  headOf,
  image,
  invalid,
  lastChunk,
  latin1,
  model,
  request,
  type,
  unfinishedFile,
  whenAsked,
} from './wire.ts';

/** Requests that are no HTTP. */
export const brokenHttp: HostileRequest[] = [
  { what: 'no HTTP', send: () => latin1('\x16\x03\x01\x02 hello\r\n\r\n'), expect: invalid(/not proper HTTP/) },
  {
    what: 'a request without Host',
    send: (authorization) => latin1(headOf([], authorization).replace('Host: assay\r\n', '')),
    expect: invalid(/Host/),
  },
  {
    what: 'a header line without a colon',
    send: request(form(image, model), { head: [type, 'no header'] }),
    expect: invalid(/not proper HTTP/),
  },
  {
    what: 'a NUL in a header',
    send: request(form(image, model), { head: [type, 'X: a\0b'] }),
    expect: invalid(/not proper HTTP/),
  },
  {
    what: 'two Content-Lengths',
    send: request(form(image, model), { head: [type, 'Content-Length: 7'] }),
    expect: invalid(/not proper HTTP/),
  },
  {
    what: 'a negative Content-Length',
    send: request(form(image, model), { length: -1 }),
    expect: invalid(/not proper HTTP/),
  },
  {
    what: 'Content-Length and chunked',
    send: request(form(image, model), { head: [type, 'Transfer-Encoding: chunked'] }),
    expect: invalid(/not proper HTTP/),
  },
  {
    what: 'a chunk size that is none',
    send: whenAsked(
      [type, 'Transfer-Encoding: chunked'],
      (socket) => void socket.write(Buffer.concat([chunk(unfinishedFile), latin1('xyz\r\n')])),
    ),
    expect: invalid(/not proper HTTP/, { file: 'clip.mp4' }),
  },
  {
    what: 'chunks that end within a file',
    send: chunked(Buffer.concat([chunk(unfinishedFile), lastChunk])),
    expect: { status: 400, code: 'incomplete_upload', file: 'clip.mp4' },
  },
  {
    what: 'fewer bytes than Content-Length, and the end of the connection',
    send: whenAsked([type, 'Content-Length: 500000'], (socket) => void socket.end(unfinishedFile)),
    expect: { status: 400, code: 'incomplete_upload', file: 'clip.mp4' },
  },
  {
    what: 'a sender that goes away within a file',
    send: (authorization) => async (socket) => {
      socket.write(beginning(unfinishedFile)(authorization));
      await wait(100);
      socket.destroy();
    },
    expect: 'no answer',
  },
  {
    what: 'a sender that goes away while many files are being kept',
    send: whenAsked([type, 'Content-Length: 500000'], (socket) => {
      const files = Array.from({ length: 50 }, (_, i) => file(`${i}.txt`, `A text that nobody waits for, ${i}.`));
      socket.write(Buffer.concat(files), () => socket.destroy());
    }),
    expect: 'no answer',
  },
  {
    what: 'Expect: a miracle',
    send: request(form(image, model), { head: [type, 'Expect: a-miracle'] }),
    expect: { status: 417, code: 'expectation_failed' },
  },
];

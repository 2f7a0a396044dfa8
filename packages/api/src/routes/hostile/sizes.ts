import {
  chunk,
  chunked,
  field,
  file,
  form,
  type HostileRequest,
  image,
  lastChunk,
  latin1,
  model,
  photo,
  request,
  type,
} from './wire.ts';

/** More than the limits. */
export const overLimits: HostileRequest[] = [
  {
    what: 'a file that is too large',
    send: request(form(model, file('long.txt', Buffer.alloc(600_001, 'text ')))),
    expect: { status: 413, code: 'file_too_large', file: 'long.txt', limit: 600_000 },
  },
  {
    what: 'too many files',
    send: request(form(...Array.from({ length: 51 }, (_, i) => file(`${i}.txt`, `Text ${i}.`)), model)),
    expect: { status: 413, code: 'too_many_files', limit: 50 },
  },
  {
    what: 'too many fields',
    send: request(form(image, ...Array.from({ length: 61 }, () => model))),
    expect: { status: 413, code: 'too_many_fields', limit: 60 },
  },
  {
    what: 'a field that is too long',
    send: request(form(image, field('models', 'm'.repeat(2001)))),
    expect: { status: 413, code: 'field_too_large', field: 'models', limit: 2000 },
  },
  {
    what: 'fields that are too long together',
    send: request(form(image, ...Array.from({ length: 6 }, () => field('models', 'm'.repeat(1999))))),
    expect: { status: 413, code: 'field_too_large', field: 'models', limit: 10_000 },
  },
  {
    what: 'headers of a part that are too long',
    send: request(form(file('photo.jpg', photo, `X-Long: ${'x'.repeat(40_000)}`), model)),
    expect: { status: 431, code: 'headers_too_large', limit: 32_768 },
  },
  {
    what: 'a part’s header that never ends',
    send: request(Buffer.concat([latin1('--b\r\nX: '), Buffer.alloc(100_000, 'x')]), { length: 1_000_000 }),
    expect: { status: 431, code: 'headers_too_large', limit: 32_768 },
  },
  {
    what: 'a Content-Length that is too long, and all of its bytes',
    send: request(Buffer.alloc(3_000_000)),
    expect: { status: 413, code: 'request_too_large', limit: 2_000_000 },
  },
  {
    what: 'a Content-Length that is absurd',
    send: request(Buffer.alloc(0), { length: 2 ** 60 }),
    expect: { status: 413, code: 'request_too_large', limit: 2_000_000 },
  },
  {
    what: 'too many bytes, chunked',
    send: chunked(
      Buffer.concat([
        chunk(
          Buffer.concat([
            model,
            file('0.txt', Buffer.alloc(590_000, 'a')),
            file('1.txt', Buffer.alloc(590_000, 'b')),
            file('2.txt', Buffer.alloc(590_000, 'c')),
            file('3.txt', Buffer.alloc(590_000, 'd')),
          ]),
        ),
        lastChunk,
      ]),
    ),
    expect: { status: 413, code: 'request_too_large', limit: 2_000_000 },
  },
  {
    what: 'request headers that are too long',
    send: request(form(image, model), { head: [type, `X-Long: ${'x'.repeat(10_000)}`] }),
    expect: { status: 431, code: 'headers_too_large', limit: 8192 },
  },
];

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { defaultLimits, type Limits } from '@assay/shared';
import type { Behaviour } from './send-raw.ts';

const photo = await readFile(new URL('../../../../samples/astronaut.jpg', import.meta.url));
const latin1 = (text: string) => Buffer.from(text, 'latin1');

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
type Taken = [fileName: string, mediaType: string][];

export interface HostileRequest {
  what: string;
  send: (authorization: string) => Behaviour;
  expect: Refusal | Taken | 'no answer';
}

// The bytes of a form.

type Lines = string[];
const part = (head: Lines, body: Buffer | string): Buffer =>
  Buffer.concat([
    latin1(`--b\r\n${head.map((line) => `${line}\r\n`).join('')}\r\n`),
    Buffer.from(body),
    latin1('\r\n'),
  ]);
const disposition = (rest: string) => `Content-Disposition: form-data; ${rest}`;
/** `name` as the bytes that it is on the wire, one a character. */
const file = (name: string, bytes: Buffer | string = photo, ...head: Lines) =>
  part([disposition(`name="objects"; filename="${name}"`), ...head], bytes);
const field = (name: string, value: string) => part([disposition(`name="${name}"`)], value);
const model = field('models', 'face_detect');
const end = latin1('--b--\r\n');
const form = (...parts: (Buffer | string)[]) => Buffer.concat([...parts.map((p) => Buffer.from(p)), end]);
const image = file('photo.jpg');
const utf8 = (text: string) => Buffer.from(text).toString('latin1');

// The bytes of a request.

const type = 'Content-Type: multipart/form-data; boundary=b';
type Sender = (authorization: string) => Buffer;
const request =
  (body: Buffer, { head = [type], length = body.length }: { head?: Lines; length?: number | null } = {}): Sender =>
  (authorization) =>
    Buffer.concat([
      latin1(headOf([...head, ...(length === null ? [] : [`Content-Length: ${length}`])], authorization)),
      body,
    ]);
const headOf = (lines: Lines, authorization: string) =>
  `POST /model/predict HTTP/1.1\r\nHost: assay\r\nAuthorization: ${authorization}\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
const chunk = (bytes: Buffer) => Buffer.concat([latin1(`${bytes.length.toString(16)}\r\n`), bytes, latin1('\r\n')]);
const lastChunk = latin1('0\r\n\r\n');
const chunked = (chunks: Buffer): Sender =>
  request(chunks, { head: [type, 'Transfer-Encoding: chunked'], length: null });
const expecting = (length: number, lines: Lines = [type]) => [
  ...lines,
  'Expect: 100-continue',
  `Content-Length: ${length}`,
];

/** Writes, one after another; a number is a wait in milliseconds. */
const slowly =
  (...steps: (Buffer | number)[]) =>
  async (socket: Socket) => {
    for (const step of steps) {
      if (socket.destroyed) return;
      if (typeof step === 'number') await wait(step);
      else socket.write(step);
    }
  };
/** Sends its body when it is asked for it, which is when it is being read. */
const whenAsked =
  (lines: Lines, send: (socket: Socket) => void) => (authorization: string) => async (socket: Socket) => {
    socket.write(headOf([...lines, 'Expect: 100-continue'], authorization));
    const [asked] = await once(socket, 'data');
    if (String(asked).startsWith('HTTP/1.1 100 Continue')) send(socket);
  };
const beginning = (body: Buffer, length = 500_000): Sender => request(body, { length });
const unfinishedFile = Buffer.concat([model, file('clip.mp4').subarray(0, 20_000)]);

const invalid = (message: RegExp, more: Partial<Refusal> = {}): Refusal => ({
  ...{ status: 400, code: 'invalid_request', message },
  ...more,
});
const timeout = (message: RegExp, limit: number, file?: string): Refusal => ({
  ...{ status: 408, code: 'request_timeout', message, limit },
  ...(file && { file }),
});
const named = (what: string, onWire: string, kept: string): HostileRequest => ({
  what: `a file name ${what}`,
  send: request(form(file(onWire), model)),
  expect: [[kept, 'image']],
});
const disposed = (what: string, line: string, expect: HostileRequest['expect']): HostileRequest => ({
  what,
  send: request(form(part([line], photo), model)),
  expect,
});
const ofType = (what: string, line: string | undefined, expect: Refusal): HostileRequest => ({
  what,
  send: request(form(image, model), { head: line === undefined ? [] : [line] }),
  expect,
});
const notAForm: Refusal = {
  status: 415,
  code: 'unsupported_content_type',
  message: /^Send a multipart\/form-data body/,
};
const aPhoto: Taken = [['photo.jpg', 'image']];

/** What the door and the form do with requests that no client library would send. */
export const hostileRequests: Record<string, HostileRequest[]> = {
  'Odd, and right': [
    {
      what: 'models before and after the files',
      send: request(form(model, image, field('models', 'image_shape'), image)),
      expect: [...aPhoto, ...aPhoto],
    },
    {
      what: 'a preamble and an epilogue',
      send: request(Buffer.concat([latin1('for old mail readers\r\n'), form(image, model), latin1('the end')])),
      expect: aPhoto,
    },
    {
      what: 'blanks after the boundary',
      send: request(Buffer.concat([latin1('--b \t\r\n'), image.subarray(5), model, end])),
      expect: aPhoto,
    },
    { what: 'no line end after the last boundary', send: request(form(image, model).subarray(0, -2)), expect: aPhoto },
    {
      what: 'a quoted boundary of odd characters',
      send: request(latin1(form(image, model).toString('latin1').replaceAll('--b', "--'()+_,-./:=? b")), {
        head: [`Content-Type: Multipart/Form-Data; charset=utf-8; boundary="'()+_,-./:=? b"`],
      }),
      expect: aPhoto,
    },
    {
      what: 'bytes that begin like the boundary',
      send: request(form(file('tricky.txt', 'text\r\n--\r\n-\r\n-- b\r\n--a\r\n--'), field('models', 'ner_text'))),
      expect: [['tricky.txt', 'text']],
    },
    { what: 'chunked encoding', send: chunked(Buffer.concat([chunk(form(image, model)), lastChunk])), expect: aPhoto },
    {
      what: 'chunks of one byte',
      send: chunked(
        Buffer.concat(
          [...form(file('a.txt', 'A short text.'), field('models', 'ner_text'))]
            .map((byte) => chunk(Buffer.of(byte)))
            .concat(lastChunk),
        ),
      ),
      expect: [['a.txt', 'text']],
    },
    { what: 'no Content-Type on the part', send: request(form(file('photo.jpg', photo), model)), expect: aPhoto },
    {
      what: 'Content-Type application/json on a photo',
      send: request(form(file('photo.jpg', photo, 'Content-Type: application/json'), model)),
      expect: aPhoto,
    },
    {
      what: 'Content-Type text/plain; charset=utf-16 on a photo',
      send: request(form(file('photo.jpg', photo, 'Content-Type: text/plain; charset=utf-16'), model)),
      expect: aPhoto,
    },
    {
      what: 'Content-Type that is none on a photo',
      send: request(form(file('photo.jpg', photo, 'Content-Type: ???'), model)),
      expect: aPhoto,
    },
    {
      what: 'Content-Type multipart/related on a saved page',
      send: request(
        form(
          file('page.mhtml', 'MIME-Version: 1.0\r\n\r\nA page.', 'Content-Type: multipart/related; boundary=x'),
          field('models', 'ner_text'),
        ),
      ),
      expect: [['page.mhtml', 'text']],
    },
    {
      what: 'a file without a name, with a type',
      send: request(form(part([disposition('name="objects"'), 'Content-Type: image/png'], photo), model)),
      expect: [['unnamed', 'image']],
    },
    { what: 'a file with an empty name', send: request(form(file(''), model)), expect: [['unnamed', 'image']] },
    {
      what: 'models as application/octet-stream',
      send: request(
        form(image, part([disposition('name="models"'), 'Content-Type: application/octet-stream'], 'face_detect')),
      ),
      expect: aPhoto,
    },
    {
      what: 'a header in other letters, folded',
      send: request(
        form(part(['content-DISPOSITION:form-data;', '\tNAME=objects; FileName="photo.jpg"'], photo), model),
      ),
      expect: aPhoto,
    },
    {
      what: 'further headers on the part',
      send: request(
        form(file('photo.jpg', photo, 'Content-Transfer-Encoding: binary', 'Content-Length: 7', 'X-Any: thing'), model),
      ),
      expect: aPhoto,
    },
    {
      what: 'a model twice, and an empty one',
      send: request(form(image, model, model, field('models', ''))),
      expect: aPhoto,
    },
    {
      what: 'one file under one name, twice',
      send: request(form(image, image, model)),
      expect: [...aPhoto, ...aPhoto],
    },
    {
      what: 'as many files as are allowed',
      send: request(
        form(...Array.from({ length: 50 }, (_, i) => file(`${i}.txt`, `Text ${i}.`)), field('models', 'ner_text')),
      ),
      expect: Array.from({ length: 50 }, (_, i) => [`${i}.txt`, 'text']),
    },
    {
      what: 'a file of the size that is allowed',
      send: request(form(file('long.txt', Buffer.alloc(600_000, 'text ')), field('models', 'ner_text'))),
      expect: [['long.txt', 'text']],
    },
    {
      what: 'Content-Encoding: identity',
      send: request(form(image, model), { head: [type, 'Content-Encoding: identity'] }),
      expect: aPhoto,
    },
    {
      what: 'Expect: 100-continue',
      send: whenAsked(
        [type, `Content-Length: ${form(image, model).length}`],
        (socket) => void socket.write(form(image, model)),
      ),
      expect: aPhoto,
    },
    {
      what: 'a body that goes on after Content-Length',
      send: request(Buffer.concat([form(image, model), latin1('garbage\r\n\r\n')]), {
        length: form(image, model).length,
      }),
      expect: aPhoto,
    },
  ],
  Names: [
    named('with ../', '../../etc/passwd', '../../etc/passwd'),
    named('with an absolute path', '/root/.ssh/id.jpg', '/root/.ssh/id.jpg'),
    named('with backslashes', 'C:\\new\\table.jpg', 'C:\\new\\table.jpg'),
    named('that ends in a backslash', 'C:\\', 'C:\\'),
    named('with control characters', 'a\x01\x1b[31m\t\x7f.jpg', 'a\x01\x1b[31m\t\x7f.jpg'),
    named('with a NUL', 'a\0.jpg', 'a\u{FFFD}.jpg'),
    named('with a right-to-left mark', utf8('photo\u202Egpj.exe'), 'photo\u202Egpj.exe'),
    named('of 4,000 characters', utf8('é'.repeat(4000)), 'é'.repeat(4000)),
    named('of 4,096 characters, 4 bytes each', utf8('😀'.repeat(4096)), '😀'.repeat(4096)),
    named('in raw UTF-8', utf8('наивно 📷.jpg'), 'наивно 📷.jpg'),
    named('in Latin-1', 'na\xEFve.jpg', 'naïve.jpg'),
    named('in Windows-1252', '\x80uro \x93x\x94.jpg', '€uro “x”.jpg'),
    named('with a quote, as browsers send it', 'a %22b%22 100%.jpg', 'a "b" 100%.jpg'),
    named('with a quote, as curl once sent it', 'a \\"b\\".jpg', 'a "b".jpg'),
    named('with a line end, as browsers send it', 'a%0D%0Ab.jpg', 'a\r\nb.jpg'),
    named('with a semicolon', 'a; filename=b.jpg', 'a; filename=b.jpg'),
    named('of blanks', '  ', '  '),
    disposed('a file name without quotes', disposition('name=objects; filename=my photo.jpg'), [
      ['my photo.jpg', 'image'],
    ]),
    disposed(
      'filename* (RFC 5987)',
      disposition(`name="objects"; filename="plain.jpg"; filename*=UTF-8''na%C3%AFve%20%22.jpg`),
      [['naïve ".jpg', 'image']],
    ),
    disposed('filename* in Latin-1', disposition(`name="objects"; filename*=iso-8859-1'de'na%EFve.jpg`), [
      ['naïve.jpg', 'image'],
    ]),
    disposed('filename* with a NUL', disposition(`name="objects"; filename*=UTF-8''a%00b.jpg`), [
      ['a\u{FFFD}b.jpg', 'image'],
    ]),
    disposed(
      'filename* that is broken, beside a filename',
      disposition(`name="objects"; filename="plain.jpg"; filename*=UTF-8''%zz`),
      [['plain.jpg', 'image']],
    ),
    {
      what: 'a file name of 4,097 characters',
      send: request(form(file('n'.repeat(4097)), model)),
      expect: invalid(/^The name of n{100}… is longer than 4096 characters$/, {
        field: 'objects',
        file: `${'n'.repeat(100)}…`,
        limit: 4096,
      }),
    },
    disposed(
      'a file name twice',
      disposition('name="objects"; filename="a.jpg"; filename="b.jpg"'),
      invalid(/says filename twice$/),
    ),
  ],
  'What is in the form': [
    { what: 'no file', send: request(form(model)), expect: invalid(/at least one file/, { field: 'objects' }) },
    { what: 'no part at all', send: request(end), expect: invalid(/at least one file/, { field: 'objects' }) },
    { what: 'no models', send: request(form(image)), expect: { status: 400, code: 'no_models', field: 'models' } },
    {
      what: 'an empty file',
      send: request(form(file('void.jpg', ''), model)),
      expect: { status: 400, code: 'empty_file', file: 'void.jpg' },
    },
    {
      what: 'an empty file, without an empty line',
      send: request(form(latin1(`--b\r\n${disposition('name="objects"; filename="void.jpg"')}\r\n\r\n`), model)),
      expect: { status: 400, code: 'empty_file', file: 'void.jpg' },
    },
    {
      what: 'an unknown field',
      send: request(form(image, model, field('colour', 'red'))),
      expect: invalid(/^Unknown field colour\./, { field: 'colour' }),
    },
    {
      what: 'a file in an unknown field',
      send: request(form(part([disposition('name="file"; filename="a.jpg"')], photo), model)),
      expect: invalid(/^Unknown field file\./, { field: 'file', file: 'a.jpg' }),
    },
    {
      what: 'a file in the place of a text',
      send: request(form(image, part([disposition('name="models"; filename="m.txt"')], 'face_detect'))),
      expect: invalid(/^models is a text, not a file/, { field: 'models', file: 'm.txt' }),
    },
    {
      what: 'a text in the place of a file (curl without @)',
      send: request(form(field('objects', 'photo.jpg'), model)),
      expect: invalid(/-F objects=@photo\.jpg/, { field: 'objects' }),
    },
    {
      what: 'two runs',
      send: request(form(image, model, field('run', crypto.randomUUID()), field('run', crypto.randomUUID()))),
      expect: invalid(/^run comes twice$/, { field: 'run' }),
    },
    {
      what: 'two types',
      send: request(form(image, model, field('model_type', 'image'), field('model_type', 'video'))),
      expect: invalid(/^model_type comes twice$/, { field: 'model_type' }),
    },
    {
      what: 'a NUL in a text',
      send: request(form(image, field('models', 'face\0'))),
      expect: invalid(/has a NUL/, { field: 'models' }),
    },
    {
      what: 'a part without a name',
      send: request(form(part(['Content-Disposition: form-data'], photo), model)),
      expect: invalid(/has no name/),
    },
    {
      what: 'a field whose name has a NUL',
      send: request(form(image, field('a\0b', 'x'))),
      expect: invalid(/NUL in its name/),
    },
    {
      what: 'a form within the form',
      send: request(
        form(
          part([disposition('name="objects"'), 'Content-Type: multipart/mixed; boundary=c'], '--c\r\n\r\nx\r\n--c--'),
          model,
        ),
      ),
      expect: invalid(/is a form itself/),
    },
    {
      what: 'a part in base64',
      send: request(form(file('photo.jpg', photo.toString('base64'), 'Content-Transfer-Encoding: base64'), model)),
      expect: { status: 415, code: 'unsupported_encoding', message: /base64-encoded/ },
    },
  ],
  'Broken forms': [
    ofType('no Content-Type', undefined, notAForm),
    ofType('Content-Type: application/json', 'Content-Type: application/json', notAForm),
    ofType(
      'Content-Type: application/x-www-form-urlencoded',
      'Content-Type: application/x-www-form-urlencoded',
      notAForm,
    ),
    ofType('Content-Type: multipart/mixed', 'Content-Type: multipart/mixed; boundary=b', notAForm),
    ofType('Content-Type that is none', 'Content-Type: ;;;', notAForm),
    ofType(
      'no boundary in the Content-Type (set by hand)',
      'Content-Type: multipart/form-data',
      invalid(/names no boundary/),
    ),
    ofType('an empty boundary', 'Content-Type: multipart/form-data; boundary=""', invalid(/names no boundary/)),
    ofType(
      'a boundary of 71 characters',
      `Content-Type: multipart/form-data; boundary=${'b'.repeat(71)}`,
      invalid(/1 to 70 characters/),
    ),
    ofType(
      'another boundary than the Content-Type names',
      'Content-Type: multipart/form-data; boundary=c',
      invalid(/has no boundary "c"/),
    ),
    {
      what: 'Content-Encoding: gzip',
      send: request(form(image, model), { head: [type, 'Content-Encoding: gzip'] }),
      expect: { status: 415, code: 'unsupported_encoding', message: /is gzip-encoded/ },
    },
    { what: 'an empty body', send: request(Buffer.alloc(0)), expect: { status: 400, code: 'incomplete_upload' } },
    {
      what: 'no last boundary',
      send: request(Buffer.concat([model, image])),
      expect: { status: 400, code: 'incomplete_upload', file: 'photo.jpg' },
    },
    {
      what: 'an end within a file',
      send: request(unfinishedFile),
      expect: { status: 400, code: 'incomplete_upload', file: 'clip.mp4' },
    },
    {
      what: 'an end within a part’s headers',
      send: request(Buffer.concat([model, image.subarray(0, 30)])),
      expect: { status: 400, code: 'incomplete_upload' },
    },
    {
      what: 'a boundary that goes on',
      send: request(form(file('a.txt', 'text\r\n--bc\r\nand more'), model)),
      expect: invalid(/begins with its boundary and goes on/, { file: 'a.txt' }),
    },
    {
      what: 'a part after the last boundary',
      send: request(Buffer.concat([form(image, model), image, end])),
      expect: invalid(/follows the last boundary/),
    },
    {
      what: 'much after the last boundary',
      send: request(Buffer.concat([form(image, model), Buffer.alloc(100_000, 'x')])),
      expect: invalid(/follows the last boundary/),
    },
    {
      what: 'lines that end in LF only',
      send: request(latin1(form(file('a.txt', 'text'), model).toString('latin1').replaceAll('\r\n', '\n'))),
      expect: invalid(/must end in CR LF$/),
    },
    {
      what: 'a header line without a colon',
      send: request(form(part([disposition('name="objects"; filename="a.jpg"'), 'no header'], photo), model)),
      expect: invalid(/a header line that is none: "no header"/),
    },
    {
      what: 'a NUL in a header’s name',
      send: request(form(part([disposition('name="objects"; filename="a.jpg"'), 'X\0Y: 1'], photo), model)),
      expect: invalid(/a header line that is none/),
    },
    {
      what: 'a part without headers',
      send: request(form(part([], photo), model)),
      expect: invalid(/no Content-Disposition/),
    },
    {
      what: 'a part without Content-Disposition',
      send: request(form(part(['Content-Type: image/jpeg'], photo), model)),
      expect: invalid(/no Content-Disposition/),
    },
    disposed(
      'Content-Disposition: attachment',
      'Content-Disposition: attachment; name="objects"; filename="a.jpg"',
      invalid(/can’t be read/),
    ),
    disposed('a quote that does not end', disposition('name="objects"; filename="a.jpg'), invalid(/can’t be read/)),
    {
      what: 'Content-Disposition twice',
      send: request(
        form(part([disposition('name="objects"; filename="a.jpg"'), disposition('name="models"')], photo), model),
      ),
      expect: invalid(/has the header Content-Disposition twice/),
    },
  ],
  Limits: [
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
  ],
  'Broken HTTP': [
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
  ],
  'Refused before the body is sent': [
    {
      what: 'Expect: 100-continue from a stranger',
      send: () => latin1(headOf(expecting(1000), 'Bearer nobody')),
      expect: { status: 401, code: 'not_signed_in' },
    },
    {
      what: 'Expect: 100-continue with too long a body',
      send: (authorization) => latin1(headOf(expecting(2_000_001), authorization)),
      expect: { status: 413, code: 'request_too_large', limit: 2_000_000 },
    },
    {
      what: 'Expect: 100-continue with no form',
      send: (authorization) => latin1(headOf(expecting(1000, ['Content-Type: text/plain']), authorization)),
      expect: notAForm,
    },
    {
      what: 'a stranger who sends on',
      send: () => request(Buffer.alloc(1_500_000))('Bearer nobody'),
      expect: { status: 401, code: 'not_signed_in' },
    },
    {
      what: 'a page of another site',
      send: request(form(image, model), { head: [type, 'Origin: http://elsewhere.example'] }),
      expect: { status: 403, code: 'not_allowed' },
    },
  ],
  Time: [
    {
      what: 'nothing after the request’s headers',
      send: beginning(Buffer.alloc(0)),
      expect: timeout(/^No bytes came for 1 seconds$/, 1),
    },
    {
      what: 'nothing after the beginning of a file',
      send: beginning(unfinishedFile),
      expect: timeout(/^No bytes came/, 1, 'clip.mp4'),
    },
    {
      what: 'a byte now and then',
      send: (authorization) =>
        slowly(
          beginning(unfinishedFile)(authorization),
          ...Array.from({ length: 40 }, () => [250, Buffer.from('x')]).flat(),
        ),
      expect: timeout(/^Fewer than 1024 bytes a second/, 1024, 'clip.mp4'),
    },
    {
      what: 'a connection and no more',
      send: () => latin1(''),
      expect: timeout(/headers were not there within 1 seconds/, 1),
    },
    {
      what: 'a request line and no more',
      send: () => latin1('POST /model/predict HTTP/1.1\r\nHost: assay\r\n'),
      expect: timeout(/headers were not there within 1 seconds/, 1),
    },
    {
      what: 'a header now and then',
      send: () =>
        slowly(
          latin1('POST /model/predict HTTP/1.1\r\n'),
          ...Array.from({ length: 20 }, () => [200, latin1('X: y\r\n')]).flat(),
        ),
      expect: timeout(/headers were not there/, 1),
    },
  ],
};

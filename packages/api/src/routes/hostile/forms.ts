import {
  disposed,
  disposition,
  end,
  file,
  form,
  type HostileRequest,
  image,
  invalid,
  latin1,
  model,
  notAForm,
  ofType,
  part,
  photo,
  request,
  type,
  unfinishedFile,
} from './wire.ts';

/** Forms whose shape is wrong. */
export const brokenForms: HostileRequest[] = [
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
];

import {
  aPhoto,
  chunk,
  chunked,
  disposition,
  end,
  field,
  file,
  form,
  type HostileRequest,
  image,
  lastChunk,
  latin1,
  model,
  part,
  photo,
  request,
  type,
  whenAsked,
} from './wire.ts';

/** Requests that are odd, and right. */
export const oddRequests: HostileRequest[] = [
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
    send: request(form(part(['content-DISPOSITION:form-data;', '\tNAME=objects; FileName="photo.jpg"'], photo), model)),
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
];

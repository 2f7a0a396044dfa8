import {
  disposition,
  end,
  field,
  file,
  form,
  type HostileRequest,
  image,
  invalid,
  latin1,
  model,
  part,
  photo,
  request,
} from './wire.ts';

/** What is in the form, where its shape is right. */
export const formContents: HostileRequest[] = [
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
];

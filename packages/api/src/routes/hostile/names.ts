import {
  disposed,
  disposition,
  file,
  form,
  type HostileRequest,
  invalid,
  model,
  named,
  request,
  utf8,
} from './wire.ts';

/** File names. */
export const fileNames: HostileRequest[] = [
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
];

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  allOf,
  anyOf,
  completeAt,
  noneOf,
  parseSearch,
  printSearch,
  type SearchQuery,
  type SearchTerm,
  searchLimits,
  stateWords,
} from './search-language.ts';

const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function read(text: string): SearchQuery {
  const parsed = parseSearch(text);
  if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.fault)}`);
  return parsed.query;
}
function fault(text: string) {
  const parsed = parseSearch(text);
  if (parsed.ok) throw new Error(`${text} was read`);
  const { message, start, end, expected } = parsed.fault;
  return { at: text.slice(start, end), start, message, expected };
}

test.each<[string, SearchQuery]>([
  ['', { kind: 'all', of: [] }],
  ['rotterdam', { kind: 'text', text: 'rotterdam', quoted: false }],
  ['“two words”', { kind: 'text', text: 'two words', quoted: true }],
  ['hello! IMG_2041.jpg', allOf([text('hello!'), text('IMG_2041.jpg')])],
  [md5.toUpperCase(), { kind: 'hash', hashes: [md5] }],
  [`${md5},\n${sha256} ${md5}`, { kind: 'hash', hashes: [md5, sha256] }],
  [`hash != ${md5}`, noneOf({ kind: 'hash', hashes: [md5] })],
  ['type=Image,video', { kind: 'words', field: 'type', operator: '=', values: ['image', 'video'] }],
  ['size >= 1.5MB', { kind: 'amount', field: 'size', operator: '>=', values: [1_500_000] }],
  ['size<2KiB', { kind: 'amount', field: 'size', operator: '<', values: [2048] }],
  ['duration > 1:30', { kind: 'amount', field: 'duration', operator: '>', values: [90] }],
  ['duration > 1:00:01', { kind: 'amount', field: 'duration', operator: '>', values: [3601] }],
  ['duration = 2h', { kind: 'amount', field: 'duration', operator: '=', values: [7200] }],
  ['uploaded > 7d', { kind: 'uploaded', operator: '>', value: '7d' }],
  ['uploaded = 2026-11-01t09:30', { kind: 'uploaded', operator: '=', value: '2026-11-01T09:30' }],
  ['state = face_detect:failed', { kind: 'state', operator: '=', values: [{ model: 'face_detect', state: 'failed' }] }],
  ['state != "Not run"', { kind: 'state', operator: '!=', values: [{ model: null, state: 'not-run' }] }],
  [`similar = ${md5}:12`, { kind: 'similar', hash: md5, distance: 12 }],
  [`derived=${md5}`, { kind: 'derived', from: md5 }],
  ['mismatch', { kind: 'mismatch' }],
  ['nsfw.Porn > .8', { kind: 'class', model: 'nsfw', class: 'Porn', operator: '>', values: [0.8] }],
  ['m.a=constructor', { kind: 'class', model: 'm', class: 'a', operator: '=', values: ['constructor'] }],
  ['m."a b" = true', { kind: 'class', model: 'm', class: 'a b', operator: '=', values: [1] }],
  [
    'ner_text.places ~ "rotterdam"',
    { kind: 'class', model: 'ner_text', class: 'places', operator: '~', values: ['rotterdam'] },
  ],
  ['m.year = "2026"', { kind: 'class', model: 'm', class: 'year', operator: '=', values: ['2026'] }],
  ['object_detection box knife > 0.5', annotation('box', '=', 'knife', { operator: '>', value: 0.5 })],
  ['object_detection time ~ dog', annotation('time', '~', 'dog', null)],
  ['a cardboard box cutter', allOf(['a', 'cardboard', 'box', 'cutter'].map(text))],
  ['a b OR NOT c', anyOf([allOf([text('a'), text('b')]), noneOf(text('c'))])],
  ['(a OR b) AND (c)', allOf([anyOf([text('a'), text('b')]), text('c')])],
])('%s', (written, query) => {
  expect(read(written)).toEqual(query);
  expect(read(printSearch(query))).toEqual(query);
});

test.each([
  ['size > banana', 'banana', 'a size, such as 500kB, 10MB or 1.5GiB'],
  ['a AND size ~ 3', '~', '=, !=, <, <=, > or >='],
  ['colour = red', 'colour', /one of type, mime, .*or model\.class/],
  ['type = picture', 'picture', 'image, video, audio, text'],
  ['(a OR b', '(', 'a closing bracket )'],
  ['a)', ')', /AND, OR/],
  ['name = "open', '"open', 'a closing quote "'],
  ['type =', '', 'a word'],
  ['a AND', '', /a word, a hash, or a field/],
  ['OR a', 'OR', /a word, a hash, or a field/],
  ['> 3', '>', /a word, a hash, or a field/],
  ['uploaded = 2026-02-30', '2026-02-30', /a day such as/],
  ['state = face_detect:lost', 'face_detect:lost', /failed/],
  ['nsfw.Porn > high', 'high', 'a number'],
  ['Nsfw.Porn > 1', 'Nsfw.Porn', /model\.class/],
  ['size > 1, 2', ',', /nothing more/],
  [`similar = ${md5}:300`, `${md5}:300`, /bits/],
  ['""', '""', 'a word'],
])('%s is wrong at %s', (written, at, expected) => {
  expect(fault(written)).toMatchObject({
    at,
    expected: typeof expected === 'string' ? expected : expect.stringMatching(expected),
  });
});

test('what is too much is refused where it becomes too much', () => {
  const { depth, terms, hashes, characters } = searchLimits;
  expect(fault('('.repeat(depth + 2)).message).toMatch(/nested too deeply/);
  expect(fault(`${'NOT '.repeat(10_000)}a`).message).toMatch(/nested too deeply/);
  expect(read(`${'('.repeat(depth)}a${')'.repeat(depth)}`)).toEqual(text('a'));
  expect(fault('a '.repeat(terms + 1))).toMatchObject({
    start: 2 * terms,
    message: expect.stringMatching(/too many conditions/),
  });
  const list = (n: number) => Array.from({ length: n }, (_, i) => i.toString(16).padStart(64, '0')).join('\n');
  expect(read(list(hashes))).toMatchObject({ kind: 'hash', hashes: { length: hashes } });
  expect(fault(list(hashes + 1)).message).toMatch(/too many hashes/);
  expect(fault('x'.repeat(characters + 1)).message).toMatch(/too long/);
});

test('garbage never throws, and a fault lies within the text', () => {
  const pieces = [
    '(',
    ')',
    'NOT',
    'AND',
    'OR',
    '"',
    '\\',
    '=',
    '!',
    '<',
    '>=',
    '~',
    ',',
    'size',
    'a.b',
    'state',
    md5,
    'box',
    ' ',
    'é',
    '\0',
  ];
  const garbage = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 30 }).map((list) => list.join(' ')),
    fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((list) => list.join('')),
  );
  fc.assert(
    fc.property(garbage, (written) => {
      const parsed = parseSearch(written);
      if (parsed.ok) expect(read(printSearch(parsed.query))).toEqual(parsed.query);
      else {
        expect(parsed.fault.start).toBeLessThanOrEqual(parsed.fault.end);
        expect(parsed.fault.end).toBeLessThanOrEqual(written.length);
        expect(parsed.fault.expected).not.toBe('');
      }
      completeAt(written, Math.floor(written.length / 2));
    }),
    { numRuns: 3000 },
  );
});

test('what is printed reads the same again', () => {
  fc.assert(
    fc.property(arbitraryQuery(), (query) => {
      expect(read(printSearch(query))).toEqual(query);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['ty|', { prefix: 'ty', start: 0, end: 2, of: null }],
  ['type = im|age', { prefix: 'im', start: 7, end: 12, of: { field: 'type' } }],
  ['type = image, |', { prefix: '', start: 14, end: 14, of: { field: 'type' } }],
  ['type = image |', { prefix: '', of: null }],
  ['name = "a b|', { prefix: 'a b', start: 7, end: 11, of: { field: 'name' } }],
  ['scene_detect.scene = b|', { prefix: 'b', of: { model: 'scene_detect', class: 'scene' } }],
  ['"quoted te|', null],
])('at the caret of %s', (written, completion) => {
  const caret = written.indexOf('|');
  const found = completeAt(written.replace('|', ''), caret);
  if (completion === null) expect(found).toBeNull();
  else expect(found).toMatchObject(completion);
});

function text(word: string): SearchTerm {
  return { kind: 'text', text: word, quoted: false };
}
function annotation(
  shape: 'box' | 'time',
  match: '=' | '~',
  label: string,
  score: { operator: '>'; value: number } | null,
): SearchTerm {
  return { kind: 'annotation', model: 'object_detection', shape, match, label, score };
}

function arbitraryQuery(): fc.Arbitrary<SearchQuery> {
  const model = fc.constantFrom('face_detect', 'nsfw', 'm');
  const hash = fc.constantFrom(md5, sha256, 'a'.repeat(40));
  const order = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
  const anyText = fc.string({ unit: 'binary', minLength: 1 }).filter((s) => s.trim() !== '');
  const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0);
  const list = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 1, maxLength: 3 });
  const term = fc.oneof(
    fc.record({ kind: fc.constant('text'), text: anyText, quoted: fc.constant(true) }),
    fc.constantFrom('rotterdam', 'a-b', 'x:y').map(text),
    fc.uniqueArray(hash, { minLength: 1 }).map((hashes) => ({ kind: 'hash', hashes })),
    fc.constant({ kind: 'mismatch' }),
    fc.record({
      kind: fc.constant('words'),
      field: fc.constantFrom('name', 'mime'),
      operator: fc.constantFrom('=', '!=', '~'),
      values: list(anyText),
    }),
    fc.record({
      kind: fc.constant('amount'),
      field: fc.constant('size'),
      operator: order,
      values: fc.tuple(fc.maxSafeNat()),
    }),
    fc.record({
      kind: fc.constant('amount'),
      field: fc.constant('duration'),
      operator: order,
      values: fc.tuple(fc.nat().map((n) => n / 1000)),
    }),
    fc.record({
      kind: fc.constant('uploaded'),
      operator: order,
      value: fc.constantFrom('7d', '2026', '2026-11-01T09:30', 'today'),
    }),
    fc.record({
      kind: fc.constant('state'),
      operator: fc.constantFrom('=', '!='),
      values: list(fc.record({ model: fc.option(model), state: fc.constantFrom(...stateWords) })),
    }),
    fc.record({ kind: fc.constant('similar'), hash, distance: fc.option(fc.nat(256)) }),
    fc.record({ kind: fc.constant('derived'), from: fc.oneof(hash, model) }),
    fc.record({
      kind: fc.constant('class'),
      model,
      class: anyText,
      operator: fc.constantFrom('=', '!='),
      values: list(fc.oneof(number, anyText)),
    }),
    fc.record({ kind: fc.constant('class'), model, class: anyText, operator: fc.constant('~'), values: list(anyText) }),
    fc.record({
      kind: fc.constant('annotation'),
      model,
      shape: fc.constantFrom('box', 'time', 'span'),
      match: fc.constantFrom('=', '!=', '~'),
      label: anyText,
      score: fc.option(fc.record({ operator: order, value: number })),
    }),
  ) as fc.Arbitrary<SearchTerm>;
  const { query } = fc.letrec<{ query: SearchQuery }>((tie) => ({
    query: fc.oneof(
      { depthSize: 'small' },
      term,
      fc.array(tie('query'), { minLength: 2, maxLength: 4 }).map(allOf),
      fc.array(tie('query'), { minLength: 2, maxLength: 4 }).map(anyOf),
      tie('query').map(noneOf),
    ),
  }));
  return query;
}

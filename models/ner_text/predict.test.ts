import { readFile } from 'node:fs/promises';
import { type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let model: ServerUnderTest;
beforeAll(async () => {
  model = await startServer(new URL('.', import.meta.url));
});
afterAll(() => model.stop());

const read = (path: string) => readFile(new URL(path, import.meta.url));

async function annotate(text: string) {
  const answer = await model.predict(text);
  for (const { text: named, span } of answer.annotations) expect(text.slice(span?.start, span?.end)).toBe(named);
  return answer;
}

test('the sample gives the expected answer', async () => {
  const { result, annotations } = await annotate(String(await read('./sample/report.txt')));
  const expected = JSON.parse(String(await read('./sample/expected.json')));
  expect({ result, annotations }).toEqual({ result: expected.result, annotations: expected.annotations });
  expect(result).toEqual({
    people: ['John Dashwood', 'Anna Keller'],
    places: ['Springfield', 'Rotterdam', 'London'],
    organisations: [],
    dates: ['14 March 2026'],
    emails: ['a.keller@example.org'],
    phones: ['+31 20 555 0199'],
    money: ['1,250 euros'],
  });
});

test.each([
  ['a byte order mark', '\uFEFF'],
  ['emoji', '😀👩‍👩‍👧 '],
  ['a table of spaces and tabs', '  \t \u00a0 x  \t\n\n\n'],
  ['pages of text', `${'It rained all day and nothing happened. '.repeat(200)}\n\n`],
])('spans index the text as it was sent after %s', async (_, before) => {
  const report = String(await read('./sample/report.txt')).replaceAll('\n', '\r\n');
  const { result, annotations } = await annotate(before + report);
  expect(result).toMatchObject({ people: ['John Dashwood', 'Anna Keller'], dates: ['14 March 2026'] });
  expect(annotations.filter(({ label }) => label === 'email')).toHaveLength(1);
});

test.each([
  [
    'Dr. Emily Watson flew from Paris to Berlin, Germany.',
    { people: ['Emily Watson'], places: ['Paris', 'Berlin', 'Germany'] },
  ],
  ['Oslo, 3 May 2024\nDear Sir,', { places: ['Oslo'], dates: ['3 May 2024'], people: [] }],
  ['He lives in Grimsholt and paid $1.2 million.', { places: ['Grimsholt'], money: ['$1.2 million'] }],
  [
    'Pay €300, £20.50 and CHF 1’000 or 15 000 kroner.',
    { money: expect.arrayContaining(['€300', '£20.50', '15 000 kroner']) },
  ],
  [
    'We met on 2025-01-17, 12/03/2022 and January 5th, 2023.',
    { dates: ['2025-01-17', '12/03/2022', 'January 5th, 2023'] },
  ],
  ['See you on Tuesday or next week; may I march in?', { dates: [] }],
  [
    'Call (202) 555-0147, 020 7946 0958 or 0049 30 901820.',
    { phones: ['(202) 555-0147', '020 7946 0958', '0049 30 901820'] },
  ],
  ['IBAN NL91 ABNA 0417 1643 00, order 20240117, 192.168.100.200, ISBN 978-3-16-148410-0', { phones: [] }],
  ['Write to <m.lopez+x@acme.co.uk>, not to me@localhost or @handle.', { emails: ['m.lopez+x@acme.co.uk'] }],
  [
    'Scotland Yard and the FBI asked the United Nations.',
    { places: [], organisations: expect.arrayContaining(['FBI', 'United Nations']) },
  ],
])('%s', async (text, expected) => {
  expect((await annotate(text)).result).toMatchObject(expected);
});

test.each([
  ['a long word', 'a'.repeat(1_000_000)],
  ['half an address', 'a.'.repeat(500_000)],
  ['digits', '+1-'.repeat(300_000)],
  ['brackets', '("['.repeat(300_000)],
  ['capitals', 'A '.repeat(50_000)],
  ['one name', 'John '.repeat(20_000)],
])('a text of nothing but %s is answered', async (_, text) => {
  await annotate(text);
});

test('what is not text in UTF-8 is refused', async () => {
  const image = await read('../../samples/astronaut.jpg');
  expect(await model.refusal(image)).toEqual({ status: 422, message: 'This is not text in UTF-8' });
  expect((await model.refusal('')).message).toBe('The object is empty');
});

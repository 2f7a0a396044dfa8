import { readFile } from 'node:fs/promises';
import { type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let model: ServerUnderTest;
beforeAll(async () => {
  model = await startServer(new URL('.', import.meta.url));
});
afterAll(() => model.stop());

const read = async (path: string) => String(await readFile(new URL(path, import.meta.url)));
const paragraphs: Promise<Record<string, [string, ...string[]]>> = read('./evaluation.json').then(JSON.parse);

/** The annotations as language and text. */
async function stretches(text: string): Promise<[string, string][]> {
  const { annotations } = await model.predict(text);
  return annotations.map(({ label, span }) => [label, text.slice(span?.start, span?.end)]);
}

test('the sample gives the expected answer', async () => {
  const { result, annotations } = await model.predict(await read('./sample/chat.txt'));
  const expected = JSON.parse(await read('./sample/expected.json'));
  expect({ result, annotations }).toEqual({ result: expected.result, annotations: expected.annotations });
  expect(result.languages).toEqual(expect.arrayContaining(['English', 'Russian', 'Spanish']));
});

// Half of them with letters that only they have, or with near relatives.
test.each(
  'en de fr es it pt nl sv pl cs hu ro ru uk bg el tr ar fa ur he hi bn ta th vi zh ja ko am ka hy sw so km my ps'.split(
    ' ',
  ),
)('a paragraph in %s is in %s from its first to its last letter', async (language) => {
  const [text] = (await paragraphs)[language] ?? [''];
  const { result } = await model.predict(text);
  expect(result).toMatchObject({ language, shares: { [language]: 1 } });
});

test.each([
  ['I left the keys under the mat, take what you need', 'en'],
  ['Hast du das Paket schon abgeholt?', 'de'],
  ['Mañana te mando el dinero', 'es'],
  ['я уже в пути', 'ru'],
  ['Πού είσαι τώρα; Σε περιμένω', 'el'],
  ['أين أنت الآن؟ أنا أنتظرك', 'ar'],
  ['明天下午三点在老地方见', 'zh'],
  ['今から駅に向かいます', 'ja'],
])('the short message "%s" is in %s', async (text, language) => {
  expect((await model.predict(text)).result.language).toBe(language);
});

describe('unknown is said', () => {
  test.each([
    ['of one short word', 'ok'],
    ['of numbers', '+31 20 555 0199, 12:45, 19.99'],
    ['of an address', 'https://example.org/login?user=17&next=%2Fhome'],
    ['of hashes', '3f9a8b27c1d04e5f8812 0xdeadbeef'],
    ['of pictures', '😀😀👍'],
    ['of spaces', ' \n\t \u00a0\n'],
    ['of letters without sense', 'xkcd qwrt zzyx plm'],
  ])('%s', async (_, text) => {
    const { result, annotations } = await model.predict(text);
    expect(result).toMatchObject({ language: 'unknown', languages: [] });
    expect(annotations).toEqual([]);
  });
});

test('two languages in the same letters are told apart, with their shares', async () => {
  const { fr, de } = await paragraphs;
  const text = `${fr?.[0]}\n${de?.[0]}\n${fr?.[1]}`;
  expect(await stretches(text)).toEqual([
    ['fr', fr?.[0]],
    ['de', de?.[0]],
    ['fr', fr?.[1]],
  ]);
  const { language, shares } = (await model.predict(text)).result;
  expect(language).toBe('fr');
  expect(Object.values(shares as Record<string, number>).reduce((a, b) => a + b)).toBeCloseTo(1, 2);
});

test('a foreign script in a sentence is a stretch of its own, and what is short goes with its neighbours', async () => {
  const text =
    'He answered: «Я ничего не видел и ничего не знаю», then he left the room without another word to anybody. Ok.';
  const [before, russian, after] = await stretches(text);
  expect(before).toEqual(['en', expect.stringContaining('He answered')]);
  expect(russian).toEqual(['ru', expect.stringContaining('Я ничего не видел и ничего не знаю')]);
  expect(after).toEqual(['en', expect.stringMatching(/then he left .* Ok\.$/)]);
  expect((await model.predict(text)).result.scripts).toEqual(['Latin', 'Cyrillic']);
});

test.each([
  ['a byte order mark', '\uFEFF'],
  ['emoji', '😀👩‍👩‍👧 '],
  ['control characters', '\u0001\u0002 '],
])('spans index the text as it was sent after %s', async (_, before) => {
  const { de } = await paragraphs;
  expect(await stretches(`${before}${de?.[0]}`)).toEqual([['de', de?.[0]]]);
});

test.each([
  ['a long word', 'a'.repeat(300_000)],
  ['letters beyond 16 bits', '𝒜'.repeat(50_000)],
  ['full stops', '.'.repeat(1_000_000)],
  ['one-letter sentences', 'a. '.repeat(5_000)],
  ['two scripts in turn', 'aя'.repeat(1_000)],
  ['half an address', 'a.'.repeat(500_000)],
])('a text of nothing but %s is answered', async (_, text) => {
  expect((await model.predict(text)).result.language).toEqual(expect.any(String));
});

test('what is not text in UTF-8 is refused', async () => {
  const image = await readFile(new URL('../../samples/astronaut.jpg', import.meta.url));
  expect(await model.refusal(image)).toEqual({ status: 422, message: 'This is not text in UTF-8' });
  expect((await model.refusal('')).message).toBe('The object is empty');
});

import { readFile } from 'node:fs/promises';
import { type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let model: ServerUnderTest;
beforeAll(async () => {
  model = await startServer(new URL('.', import.meta.url));
});
afterAll(() => model.stop());

const read = async (path: string) => String(await readFile(new URL(path, import.meta.url)));

test('the sample gives the expected answer', async () => {
  const text = await read('./sample/report.txt');
  const { result, annotations } = await model.predict(text);
  const expected = JSON.parse(await read('./sample/expected.json'));
  expect({ result, annotations }).toEqual({ result: expected.result, annotations: expected.annotations });
  for (const { text: sentence, span } of annotations) expect(text.slice(span?.start, span?.end)).toBe(sentence);
});

test.each([
  ['I love you more than anything.', 'positive'],
  ['Not bad at all, I would stay there again.', 'positive'],
  ['This is the worst service I have ever had.', 'negative'],
  ['I am not happy about this at all.', 'negative'],
  ['pay up or your family gets hurt', 'negative'],
  ['The train leaves from platform four.', 'neutral'],
])('"%s" is %s', async (text, sentiment) => {
  const { result, annotations } = await model.predict(text);
  expect(result).toMatchObject({ sentiment, english_fraction: 1 });
  expect(annotations.map(({ label }) => label)).toEqual(sentiment === 'neutral' ? [] : [sentiment]);
});

describe('what is not English is not judged', () => {
  test.each([
    ['German', 'Ich hasse dich und ich werde dich umbringen, wenn du das noch einmal machst.'],
    ['French', 'Cette journée était vraiment terrible, je suis très triste.'],
    ['Russian', 'Я тебя ненавижу и никогда не прощу.'],
    ['Arabic', 'أنا حزين جدا ولا أستطيع النوم'],
    ['Chinese', '我非常生气，这太糟糕了。'],
    ['numbers', '12345 678 90'],
  ])('%s', async (_, text) => {
    const { result, annotations } = await model.predict(text);
    expect(result).toEqual({
      sentiment: 'unknown',
      positive_sentences: 0,
      negative_sentences: 0,
      neutral_sentences: 0,
      english_fraction: 0,
    });
    expect(annotations).toEqual([]);
  });

  test('beside English that is', async () => {
    const english = 'I am so happy that you came to see me.';
    const text = `Ich hasse diesen Ort und alle, die hier wohnen.\n${english}\n`;
    const { result, annotations } = await model.predict(text);
    expect(result).toMatchObject({ sentiment: 'positive', positive_sentences: 1, negative_sentences: 0 });
    expect(result.english_fraction).toBeCloseTo(english.length / text.trim().replace('\n', '').length, 3);
    expect(annotations).toMatchObject([{ label: 'positive', text: english, span: { start: 48 } }]);
  });
});

test('a short sentence is English where its neighbours are', async () => {
  const { annotations } = await model.predict(
    'We waited for an hour and then they sent us away. Terrible! I will not go back.',
  );
  expect(annotations).toEqual(
    expect.arrayContaining([expect.objectContaining({ label: 'negative', text: 'Terrible!' })]),
  );
  expect((await model.predict('Terrible!')).result.sentiment).toBe('unknown');
});

test.each([
  ['a byte order mark', '\uFEFF'],
  ['emoji', '📦🚚 '],
  ['line ends of Windows', 'The train is on time.\r\n\r\n'],
])('spans index the text as it was sent after %s', async (_, before) => {
  const text = `${before}This is the worst place of all. The door is on the left.`;
  const { annotations } = await model.predict(text);
  const [worst] = annotations.filter(({ label }) => label === 'negative');
  expect(worst?.text).toContain('This is the worst place of all.');
  expect(text.slice(worst?.span?.start, worst?.span?.end)).toBe(worst?.text);
});

test.each([
  ['a long word', 'a'.repeat(300_000)],
  ['one long line', 'the bad man '.repeat(20_000)],
  ['full stops', '. '.repeat(100_000)],
  ['brackets', '("['.repeat(100_000)],
])('a text of nothing but %s is answered', async (_, text) => {
  expect((await model.predict(text)).result.sentiment).toEqual(expect.any(String));
});

test('what is not text in UTF-8 is refused', async () => {
  const image = await readFile(new URL('../../samples/astronaut.jpg', import.meta.url));
  expect(await model.refusal(image)).toEqual({ status: 422, message: 'This is not text in UTF-8' });
  expect((await model.refusal('')).message).toBe('The object is empty');
});

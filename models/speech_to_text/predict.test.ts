import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import { prepareTestEnvironment } from '@assay/python/testing';
import type { Annotation } from '@assay/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const environment = await prepareTestEnvironment({
  linked: here('../kit-python'),
  requirements: here('requirements.txt'),
});
const read = (path: string) => readFile(new URL(path, import.meta.url));

if ('lacking' in environment) test.skip(`lacking ${environment.lacking}: speech to text`);
else describe('speech to text', () => testModel(environment.python));

function testModel(python: string) {
  let model: ServerUnderTest;
  beforeAll(async () => {
    model = await startServer(new URL('.', import.meta.url), { command: python, args: ['-m', 'assay_kit', '.'] });
  }, 120_000);
  afterAll(() => model.stop());

  test('the sample gives the expected transcript, and words with their times', async () => {
    const { answer, objects } = await model.derive(await read('./sample/speech.ogg'));
    const expected = JSON.parse(String(await read('./sample/expected.json')));
    expect(answer.result).toMatchObject({ language: 'en', duration: expected.result.duration });
    expect(objects).toHaveLength(1);
    expect(objects[0]).toMatchObject({ mime: 'text/plain', derivation: { label: 'transcript' } });
    // Other processors round otherwise, so that a word may differ.
    const words = (text: string) => text.toLowerCase().match(/[a-z']+/g) ?? [];
    const said = new Set(words(objects[0]?.bytes.toString() ?? ''));
    const asExpected = words(expected.transcript);
    expect(asExpected.filter((word) => said.has(word)).length).toBeGreaterThan(asExpected.length * 0.85);
    const name = answer.annotations.find(({ text }) => text?.startsWith('Dashwood')) as Annotation;
    expect(name.time?.start).toBeCloseTo(1.1, 0);
    const times = answer.annotations.map(({ time }) => time?.start ?? -1);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('every word is found in the transcript, one after the other', async () => {
    const { answer, objects } = await model.derive(await read('./sample/speech.ogg'));
    const text = objects[0]?.bytes.toString() ?? '';
    let at = 0;
    for (const { text: word = '' } of answer.annotations) {
      const found = text.indexOf(word, at);
      expect(found).toBeGreaterThanOrEqual(at);
      at = found + word.length;
    }
  });

  test('where nobody speaks there are no words and no object', async () => {
    const rate = 16_000;
    const tone = Buffer.alloc(rate * 2 * 3);
    for (let i = 0; i < tone.length / 2; i++) tone.writeInt16LE(Math.round(9000 * Math.sin(i * 0.17)), i * 2);
    const head = Buffer.alloc(44);
    head.write('RIFF', 0);
    head.writeUInt32LE(36 + tone.length, 4);
    head.write('WAVEfmt ', 8);
    head.writeUInt32LE(16, 16);
    head.writeUInt16LE(1, 20);
    head.writeUInt16LE(1, 22);
    head.writeUInt32LE(rate, 24);
    head.writeUInt32LE(rate * 2, 28);
    head.writeUInt16LE(2, 32);
    head.writeUInt16LE(16, 34);
    head.write('data', 36);
    head.writeUInt32LE(tone.length, 40);
    const { answer, objects } = await model.derive(Buffer.concat([head, tone]));
    expect(answer.result).toMatchObject({ words: 0, duration: 3 });
    expect(objects).toEqual([]);
  });

  test('what is no sound is refused', async () => {
    expect(await model.refusal('no sound')).toMatchObject({ status: 422, message: expect.stringMatching(/decoded/) });
    const playlist = `#EXTM3U\n#EXTINF:13,\n${new URL('./sample/speech.ogg', import.meta.url).href}\n`;
    expect(await model.refusal(playlist)).toMatchObject({ status: 422 });
  });
}

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type ServerUnderTest, startServer } from '@assay/kit-node/testing';
import { prepareTestEnvironment } from '@assay/python/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const environment = await prepareTestEnvironment({
  linked: here('../kit-python'),
  requirements: here('requirements.txt'),
});
const read = (path: string) => readFile(new URL(path, import.meta.url));

if ('lacking' in environment) test.skip(`lacking ${environment.lacking}: scenes`);
else describe('scenes', () => testModel(environment.python));

function testModel(python: string) {
  let model: ServerUnderTest;
  beforeAll(async () => {
    model = await startServer(new URL('.', import.meta.url), { command: python, args: ['-m', 'assay_kit', '.'] });
  }, 120_000);
  afterAll(() => model.stop());

  test('the sample gives the expected answer, but for the last digits', async () => {
    const { result } = await model.predict(await read('./sample/palace.jpg'));
    const { result: expected } = JSON.parse(String(await read('./sample/expected.json')));
    expect(result).toEqual({
      ...expected,
      score: expect.closeTo(expected.score, 1),
      places: expect.closeTo(expected.places, 1),
    });
  });

  test.each(['cat.jpg', 'cat.avif', 'coffee.tiff', 'coffee.gif', 'astronaut.heic'])(
    '%s shows no place',
    async (file) => {
      const { result } = await model.predict(await read(`../kit-image/test-files/${file}`));
      expect(result).toMatchObject({ scene: 'unclear', setting: 'unclear', scenes: [] });
    },
  );

  test('what is no picture, or half of one, is refused', async () => {
    expect(await model.refusal('hello')).toMatchObject({ status: 422, message: expect.stringMatching(/decoded/) });
    const bytes = await read('./sample/palace.jpg');
    expect((await model.refusal(bytes.subarray(0, bytes.length / 2))).status).toBe(422);
  });
}

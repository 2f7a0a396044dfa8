import { fileURLToPath } from 'node:url';
import { decodeImage } from '@assay/kit-image';
import { findObjects, netSide } from './find-objects.ts';

/* Looks at pictures of which it is known what is on them: people counted by eye, a cat, a cup. */
const demo = new URL('../demo/', import.meta.resolve('@vladmandic/face-api/dist/face-api.node-wasm.js'));
const others = new URL('../kit-image/test-files/', import.meta.url);
const pictures: [URL, string][] = [
  ...[3, 3, 3, 4, 5, 4].map((people, i): [URL, string] => [new URL(`sample${i + 1}.jpg`, demo), `person ${people}`]),
  [new URL('./sample/astronaut.jpg', import.meta.url), 'person 1'],
  [new URL('cat.jpg', others), 'cat 1'],
  [new URL('coffee.tiff', others), 'cup 1'],
];

for (const [url, there] of pictures) {
  const path = fileURLToPath(url);
  const found = await findObjects(await decodeImage(path, { maxSide: netSide }));
  const counts = Object.entries(Object.groupBy(found, ({ name }) => name)).map(
    ([name, all]) => `${name} ${all?.length}`,
  );
  console.log(`${path.split('/').at(-1)?.padEnd(14)} there: ${there}; found: ${counts.join(', ') || 'nothing'}`);
}

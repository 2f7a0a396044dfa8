import { fileURLToPath } from 'node:url';
import { decodeImage } from '@assay/kit-image';
import { loadFaceNets } from './face-nets.ts';
import { findFaces } from './find-faces.ts';

/*
 * Counts faces in pictures whose faces were counted by eye: the six group photographs that face-api
 * brings, the sample, and pictures without a human face.
 */
const demo = new URL('../demo/', import.meta.resolve('@vladmandic/face-api/dist/face-api.node-wasm.js'));
const others = new URL('../kit-image/test-files/', import.meta.url);
const pictures: [URL, number][] = [
  ...[3, 3, 3, 4, 5, 4].map((faces, i): [URL, number] => [new URL(`sample${i + 1}.jpg`, demo), faces]),
  [new URL('./sample/astronaut.jpg', import.meta.url), 1],
  [new URL('cat.jpg', others), 0],
  [new URL('coffee.tiff', others), 0],
];

await loadFaceNets();
for (const [url, there] of pictures) {
  const path = fileURLToPath(url);
  const found = await findFaces(await decodeImage(path, { maxSide: 1024 }), new AbortController().signal);
  console.log(`${path.split('/').at(-1)?.padEnd(14)} ${there} there, ${found.length} found`);
}

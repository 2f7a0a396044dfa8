import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeImage } from '@assay/kit-image';
import { score } from './nsfw-net.ts';

/*
 * Scores pictures that are all harmless: the six photographs of clothed women at a party that face-api
 * brings, and the project's own.
 */
const demo = new URL('../demo/', import.meta.resolve('@vladmandic/face-api/dist/face-api.node-wasm.js'));
const own = new URL('../kit-image/test-files/', import.meta.url);
const pictures = [
  ...[1, 2, 3, 4, 5, 6].map((i) => new URL(`sample${i}.jpg`, demo)),
  ...(await readdir(own)).map((name) => new URL(name, own)),
];

for (const path of pictures.map((url) => fileURLToPath(url))) {
  const scores = await score(await decodeImage(path, { maxSide: 598 }));
  const said = Object.entries(scores).map(([name, value]) => `${name} ${value.toFixed(2)}`);
  console.log(`${basename(path).padEnd(16)} ${said.join('  ')}`);
}

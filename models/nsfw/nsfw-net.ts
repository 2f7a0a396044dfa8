import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Pixels } from '@assay/kit-image';
import tf from '@tensorflow/tfjs';
import wasm from '@tensorflow/tfjs-backend-wasm';

/** The net's classes, in its order. */
const classes = ['drawing', 'hentai', 'neutral', 'porn', 'sexy'] as const;
export type Scores = Record<(typeof classes)[number], number>;

/** Pixels along a side of what the net sees. */
const netSide = 299;

interface PackedModel {
  modelTopology: object;
  weightsManifest: tf.io.WeightsManifestConfig;
}

const net = await loadNsfwNet();

/**
 * Loads nsfwjs' Inception v3 from its package, to run as WebAssembly. Its own `load` takes over a
 * minute and 3 GB for these weights, which are modules with base64 in them.
 */
async function loadNsfwNet(): Promise<tf.LayersModel> {
  wasm.setWasmPaths(fileURLToPath(new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm'))));
  await tf.setBackend('wasm');
  const folder = fileURLToPath(new URL('../models/inception_v3/', import.meta.resolve('nsfwjs')));
  const require = createRequire(import.meta.url);
  const { modelTopology, weightsManifest }: PackedModel = require(`${folder}model.min.js`);
  const shards = weightsManifest.flatMap(({ paths }) => paths);
  const weights = Buffer.concat(shards.map((shard) => Buffer.from(require(`${folder}${shard}.min.js`), 'base64')));
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  return tf.loadLayersModel({
    load: async () => ({ modelTopology, weightSpecs, weightData: new Uint8Array(weights).buffer }),
  });
}

/** How much the image looks like each class; the scores add up to 1. */
export async function score(image: Pixels): Promise<Scores> {
  const output = tf.tidy(() => {
    const pixels = tf.tensor3d(image.data, [image.height, image.width, 3], 'int32').toFloat().div<tf.Tensor3D>(255);
    return net.predict(tf.image.resizeBilinear(pixels, [netSide, netSide], true).expandDims(0)) as tf.Tensor;
  });
  const scores = await output.data();
  output.dispose();
  return Object.fromEntries(classes.map((name, i) => [name, scores[i] ?? 0])) as Scores;
}

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Pixels } from '@assay/kit-image';
import tf from '@tensorflow/tfjs';
import wasm from '@tensorflow/tfjs-backend-wasm';

/** Pixels along a side of what the net sees. */
export const netSide = 512;

/** A box in pixels of what the net saw; it may reach outside. */
export interface Detection {
  left: number;
  top: number;
  right: number;
  bottom: number;
  score: number;
  /** 0 to 79. */
  cocoClass: number;
}

const net = await loadObjectNet();

/** Loads CenterNet from its package's weights, to run as WebAssembly. */
async function loadObjectNet(): Promise<tf.GraphModel> {
  wasm.setWasmPaths(fileURLToPath(new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm'))));
  await tf.setBackend('wasm');
  const models = new URL('../models/', import.meta.resolve('@vladmandic/human'));
  const { weightsManifest, ...artifacts } = JSON.parse(String(await readFile(new URL('centernet.json', models))));
  const weights = new Uint8Array(await readFile(new URL('centernet.bin', models)));
  return tf.loadGraphModel({
    load: async () => ({
      ...artifacts,
      weightSpecs: (weightsManifest as tf.io.WeightsManifestConfig).flatMap((group) => group.weights),
      weightData: weights.buffer,
    }),
  });
}

/** Up to 100 detections, the same thing often several times; `image` has its longer side in `netSide` and stands top left. */
export async function detect(image: Pixels): Promise<Detection[]> {
  const input = tf.tidy(() => {
    const pixels = tf.tensor3d(image.data, [image.height, image.width, 3], 'int32').toFloat();
    const scale = netSide / Math.max(image.width, image.height);
    const [height, width] = [fit(image.height * scale), fit(image.width * scale)];
    const sized = tf.image.resizeBilinear(pixels, [height, width]);
    return tf
      .pad3d(sized, [
        [0, netSide - height],
        [0, netSide - width],
        [0, 0],
      ])
      .expandDims(0);
  });
  const output = net.execute(input, ['tower_0/detections']) as tf.Tensor;
  try {
    const rows = (await output.squeeze([0]).array()) as number[][];
    return rows.map(([left = 0, top = 0, right = 0, bottom = 0, score = 0, cocoClass = 0]) => ({
      left,
      top,
      right,
      bottom,
      score,
      cocoClass,
    }));
  } finally {
    input.dispose();
    output.dispose();
  }
}

const fit = (side: number) => Math.max(1, Math.round(side));

import { fileURLToPath } from 'node:url';
import tf from '@tensorflow/tfjs';
import wasm from '@tensorflow/tfjs-backend-wasm';
import faceapi from '@vladmandic/face-api/dist/face-api.node-wasm.js';

/** A box in pixels of what it was found in. */
export interface FoundFace {
  x: number;
  y: number;
  width: number;
  height: number;
  score: number;
}

/** Loads both nets from their package's weights, to run as WebAssembly. */
export async function loadFaceNets(): Promise<void> {
  wasm.setWasmPaths(fileURLToPath(new URL('.', import.meta.resolve('@tensorflow/tfjs-backend-wasm'))));
  await tf.setBackend('wasm');
  const weights = fileURLToPath(
    new URL('../model/', import.meta.resolve('@vladmandic/face-api/dist/face-api.node-wasm.js')),
  );
  await faceapi.nets.ssdMobilenetv1.loadFromDisk(weights);
  await faceapi.nets.tinyFaceDetector.loadFromDisk(weights);
}

/** What the SSD net takes for a face. It sees little more than shape: a cat's head is one too. */
export function findCandidates(image: tf.Tensor3D, minScore: number): Promise<FoundFace[]> {
  return detect(image, new faceapi.SsdMobilenetv1Options({ minConfidence: minScore, maxResults: 100 }));
}

/** How sure the tiny net is that there is a face in a piece of the image: 0 to 1. */
export async function scoreFace(piece: tf.Tensor3D, minScore: number): Promise<number> {
  const found = await detect(piece, new faceapi.TinyFaceDetectorOptions({ inputSize: 224, scoreThreshold: minScore }));
  return Math.max(0, ...found.map(({ score }) => score));
}

async function detect(image: tf.Tensor3D, options: faceapi.FaceDetectionOptions): Promise<FoundFace[]> {
  // face-api bundles a description of its own of the tensors that it takes.
  const found = await faceapi.detectAllFaces(image as unknown as faceapi.TNetInput, options);
  return found.map(({ score, box: { x, y, width, height } }) => ({ x, y, width, height, score }));
}

import type { Pixels } from '@assay/kit-image';
import tf from '@tensorflow/tfjs';
import { type FoundFace, findCandidates, scoreFace } from './face-nets.ts';

const minCandidateScore = 0.5;
/** The second look only has to agree: on faces it says 0.25 and more, on a cat's head 0. */
const minConfirmScore = 0.2;
/** How much of a candidate's surroundings the second look sees, in sizes of its box. */
const surroundings = [1.5, 3, 2];

/** Finds faces with one net and asks another about each. Boxes are in pixels and may reach outside the image. */
export async function findFaces({ data, width, height }: Pixels, signal: AbortSignal): Promise<FoundFace[]> {
  const image = tf.tensor3d(data, [height, width, 3], 'int32');
  try {
    const faces: FoundFace[] = [];
    for (const candidate of await findCandidates(image, minCandidateScore)) {
      signal.throwIfAborted();
      if (await isConfirmed(image, candidate)) faces.push(candidate);
    }
    return faces;
  } finally {
    image.dispose();
  }
}

async function isConfirmed(image: tf.Tensor3D, face: FoundFace): Promise<boolean> {
  for (const sizes of surroundings) {
    const piece = cutAround(image, face, sizes);
    try {
      if ((await scoreFace(piece, minConfirmScore)) >= minConfirmScore) return true;
    } finally {
      piece.dispose();
    }
  }
  return false;
}

/** A square around a box, clipped to the image. */
function cutAround(image: tf.Tensor3D, face: FoundFace, sizes: number): tf.Tensor3D {
  const [imageHeight, imageWidth] = image.shape;
  const side = Math.max(face.width, face.height) * sizes;
  const left = clip(face.x + (face.width - side) / 2, imageWidth - 1);
  const top = clip(face.y + (face.height - side) / 2, imageHeight - 1);
  const right = clip(face.x + (face.width + side) / 2, imageWidth);
  const bottom = clip(face.y + (face.height + side) / 2, imageHeight);
  return tf.slice(image, [top, left, 0], [Math.max(1, bottom - top), Math.max(1, right - left), 3]);
}

const clip = (value: number, max: number) => Math.min(Math.max(Math.round(value), 0), max);

import { decodeImage } from '@assay/kit-image';
import type { Init, Predict } from '@assay/kit-node';
import type { Annotation } from '@assay/shared';
import { type FoundFace, loadFaceNets } from './face-nets.ts';
import { findFaces } from './find-faces.ts';

export const init: Init = loadFaceNets;

export const predict: Predict = async ({ path }, { signal }) => {
  // The net sees 512 pixels; twice that leaves something for the second look at small faces.
  const image = await decodeImage(path, { maxSide: 1024 });
  const faces = await findFaces(image, signal);
  return { result: { number_faces: faces.length }, annotations: faces.map((face) => annotate(face, image)) };
};

/** A box as the protocol wants it: in fractions, and inside the image. */
function annotate(face: FoundFace, image: { width: number; height: number }): Annotation {
  const left = fraction(face.x, image.width);
  const top = fraction(face.y, image.height);
  const width = round(fraction(face.x + face.width, image.width) - left);
  const height = round(fraction(face.y + face.height, image.height) - top);
  return { label: 'face', score: round(face.score), box: { x: left, y: top, width, height } };
}

const fraction = (value: number, whole: number) => round(Math.min(Math.max(value / whole, 0), 1));
const round = (value: number) => Math.round(value * 10_000) / 10_000;

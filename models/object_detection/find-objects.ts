import type { Pixels } from '@assay/kit-image';
import type { Box } from '@assay/shared';
import { type CocoClass, cocoClasses } from './coco.ts';
import { type Detection, detect, netSide } from './object-net.ts';

export { netSide } from './object-net.ts';

const minScore = 0.35;
/** Two boxes that share more than this of their common area are of one thing. */
const maxOverlap = 0.5;

export interface FoundObject extends CocoClass {
  score: number;
  box: Box;
}

/** The things in an image, the surest first. */
export async function findObjects(image: Pixels): Promise<FoundObject[]> {
  const detections = (await detect(image)).filter(({ score }) => score >= minScore);
  const things = keepSurest(detections.toSorted((a, b) => b.score - a.score));
  return things.flatMap((thing) => {
    const cocoClass = cocoClasses[thing.cocoClass];
    return cocoClass ? [{ ...cocoClass, score: round(thing.score), box: toFractions(thing, image) }] : [];
  });
}

/** Of overlapping detections the surest, whatever their class: a cat is not a dog too. */
function keepSurest(detections: Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const one of detections) if (!kept.some((other) => overlap(one, other) > maxOverlap)) kept.push(one);
  return kept;
}

/** Intersection over union. */
function overlap(a: Detection, b: Detection): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const shared = Math.max(0, width) * Math.max(0, height);
  return shared === 0 ? 0 : shared / (area(a) + area(b) - shared);
}

const area = ({ left, top, right, bottom }: Detection) => (right - left) * (bottom - top);

/** The net sees the image in the top left corner, its longer side filling it. */
function toFractions({ left, top, right, bottom }: Detection, { width, height }: Pixels): Box {
  const longer = Math.max(width, height);
  const across = (value: number) => fraction((value / netSide) * (longer / width));
  const down = (value: number) => fraction((value / netSide) * (longer / height));
  const [x, y] = [across(left), down(top)];
  return { x, y, width: round(across(right) - x), height: round(down(bottom) - y) };
}

const fraction = (value: number) => round(Math.min(Math.max(value, 0), 1));
const round = (value: number) => Math.round(value * 10_000) / 10_000;

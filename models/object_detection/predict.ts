import { decodeImage } from '@assay/kit-image';
import type { Predict } from '@assay/kit-node';
import type { FoundObject } from './find-objects.ts';

export const predict: Predict = async ({ path }) => {
  // The net is loaded when the first image comes.
  const { findObjects, netSide } = await import('./find-objects.ts');
  const objects = await findObjects(await decodeImage(path, { maxSide: netSide }));
  return {
    result: { number_objects: objects.length, ...count(objects) },
    annotations: objects.map(({ name, score, box }) => ({ label: name, score, box })),
  };
};

/** How many there are of each class and of each super-class that there is. */
function count(objects: FoundObject[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name, superClass } of objects) {
    // COCO has a super-class "person" with the one class "person".
    for (const key of new Set([name, superClass])) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

import type { Pixels } from '@assay/kit-image';
import { findRegions } from './find-regions.ts';
import type { ReadText } from './read-characters.ts';
import { length, onItsSide, type Rectangle, upsideDown } from './rectangle.ts';
import { mapText, readLine, scoreUpsideDown } from './text-nets.ts';

export interface TextLine extends ReadText {
  /** In pixels of the image. */
  place: Rectangle;
}

/** Pixels of the longer side of what the net that finds text sees. */
const mapSide = 1600;
/** Smaller images are enlarged to it, as far as twice. */
const leastMapSide = 960;
const step = 32;
/** A line may stand on its head from the one on; its reading is kept from the other on. */
const [minUpsideDown, minScore] = [0.5, 0.5];
/** What is so much higher than wide runs down. */
const uprightRatio = 1.5;

/** The lines of text in an image, or pieces of lines, in no order. */
export async function findText(image: Pixels, signal: AbortSignal): Promise<TextLine[]> {
  const size = chooseSize(image);
  const [sx, sy] = [image.width / size.width, image.height / size.height];
  const stretch = (point: { x: number; y: number }) => ({ x: point.x * sx, y: point.y * sy });
  const lines: TextLine[] = [];
  for (const region of findRegions(await mapText(image, size))) {
    signal.throwIfAborted();
    const { corner, across, down } = region;
    const upright = { corner: stretch(corner), across: stretch(across), down: stretch(down) };
    const line = length(upright.down) >= uprightRatio * length(upright.across) ? onItsSide(upright) : upright;
    const read = await readEitherWay(image, line);
    if (read.text && read.score >= minScore) lines.push(read);
  }
  return lines;
}

/** Short words deceive the net that says which way is up: what it turns is read both ways, and the surer reading counts. */
async function readEitherWay(image: Pixels, line: Rectangle): Promise<TextLine> {
  const asItIs = { ...(await readLine(image, line)), place: line };
  if ((await scoreUpsideDown(image, line)) < minUpsideDown) return asItIs;
  const place = upsideDown(line);
  const turned = { ...(await readLine(image, place)), place };
  return turned.score > asItIs.score ? turned : asItIs;
}

function chooseSize({ width, height }: Pixels) {
  const longer = Math.max(width, height);
  const factor = Math.min(mapSide / longer, Math.max(1, Math.min(2, leastMapSide / longer)));
  const fit = (side: number) => Math.max(step, Math.round((side * factor) / step) * step);
  return { width: fit(width), height: fit(height) };
}

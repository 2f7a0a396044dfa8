import { join } from 'node:path';
import { CannotPredict, type EmittedObject, type Predict } from '@assay/kit-node';
import { openVideo } from '@assay/kit-video';
import sharp from 'sharp';
import { type Picked, type PickOrder, pickFrames } from './pick-frames.ts';
import { readSettings } from './settings.ts';

const settings = readSettings(process.env);

export const predict: Predict = async ({ path }, { folder, signal }) => {
  const duration = await readDuration(path, signal);
  // Half of them may be at cuts.
  const interval = Math.max(settings.interval, duration / (settings.most / 2));
  const objects: EmittedObject[] = [];
  let cuts = 0;
  let complete = true;
  for await (const frame of pick({ video: path, interval, signal })) {
    if (objects.length === settings.most) {
      complete = false;
      break;
    }
    if (frame.isCut) cuts += 1;
    objects.push(await write(frame, folder, objects.length));
  }
  if (objects.length === 0) throw new CannotPredict('This video has no picture that can be decoded');
  const round = (seconds: number) => Math.round(seconds * 1000) / 1000;
  return {
    result: { frames: objects.length, cuts, interval: round(interval), duration: round(duration), complete },
    objects,
  };
};

async function readDuration(path: string, signal: AbortSignal): Promise<number> {
  await using input = await openVideo(path, signal);
  return Number.isFinite(input.duration) ? Math.max(0, input.duration) : 0;
}

async function* pick(order: PickOrder): AsyncGenerator<Picked> {
  try {
    yield* pickFrames(order);
  } catch (cause) {
    order.signal.throwIfAborted();
    if (cause instanceof CannotPredict) throw cause;
    throw new CannotPredict(`The pictures of this video can't be decoded: ${(cause as Error).message}`, { cause });
  }
}

async function write(frame: Picked, folder: string, n: number): Promise<EmittedObject> {
  const { width, height, pixels, turn, time, isCut } = frame;
  const name = `${n}.${settings.format}`;
  const picture = sharp(pixels, { raw: { width, height, channels: 3 } }).rotate(turn);
  const written = settings.format === 'jpeg' ? picture.jpeg({ quality: 90 }) : picture.png();
  await written.toFile(join(folder, name));
  return {
    path: name,
    mime: `image/${settings.format}`,
    time: { start: time, end: time },
    label: isCut ? 'cut' : 'frame',
  };
}

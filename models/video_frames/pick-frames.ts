import { openVideo, readTurn } from '@assay/kit-video';
import { Decoder, FilterAPI } from 'node-av/api';
import type { Frame } from 'node-av/lib';

export interface Picked {
  /** Seconds from the beginning of the video. */
  time: number;
  isCut: boolean;
  width: number;
  height: number;
  /** Red, green and blue of each pixel, rows from the top. */
  pixels: Buffer;
  /** Degrees clockwise to stand as displayed. */
  turn: number;
}

/** A picture is another scene's when so much of it has changed at once: 0 to 1, what ffmpeg's `select` calls scene. */
const sceneChange = 0.3;
/** Pixels of the longer side; larger pictures are made smaller. */
const longestSide = 1920;

export interface PickOrder {
  video: string;
  /** Seconds. */
  interval: number;
  signal: AbortSignal;
}

/** The frames at cuts, and one whenever the interval has passed since the last, in constant memory. */
export async function* pickFrames({ video, interval, signal }: PickOrder): AsyncGenerator<Picked> {
  await using input = await openVideo(video, signal);
  const stream = input.video();
  if (!stream) return;
  using decoder = await Decoder.create(stream, { exitOnError: false, signal });
  using filter = FilterAPI.create(describeFilter(interval), { signal });
  const turns = { last: 0 };
  let before: number | undefined;
  for await (const frame of filter.frames(watchTurns(decoder.frames(input.packets(stream.index)), turns))) {
    if (!frame) continue;
    const time = Math.max(0, (Number(frame.pts) * frame.timeBase.num) / frame.timeBase.den);
    const isCut = before !== undefined && time - before < interval - 0.001;
    before = time;
    const { width, height } = frame;
    const pixels = frame.toBuffer();
    frame.free();
    yield { time, isCut, width, height, pixels, turn: turns.last };
  }
}

/** The filter's frames no longer say how they are turned. */
async function* watchTurns(frames: AsyncIterable<Frame | null>, turns: { last: number }) {
  for await (const frame of frames) {
    if (frame) turns.last = readTurn(frame);
    yield frame;
  }
}

function describeFilter(interval: number): string {
  const chosen = `isnan(prev_selected_t)+gt(scene\\,${sceneChange})+gte(t-prev_selected_t\\,${interval})`;
  const fit = `min(1\\,${longestSide}/max(iw*sar\\,ih))`;
  return [
    `select=${chosen}`,
    `scale=w=max(1\\,trunc(iw*sar*${fit})):h=max(1\\,trunc(ih*${fit}))`,
    'setsar=1',
    'format=rgb24',
  ].join();
}

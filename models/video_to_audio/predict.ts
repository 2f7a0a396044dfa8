import { join } from 'node:path';
import { CannotPredict, type EmittedObject, type Predict } from '@assay/kit-node';
import { openVideo } from '@assay/kit-video';
import { AVMEDIA_TYPE_AUDIO } from 'node-av/constants';
import { readSettings } from './settings.ts';
import { type Track, writeTrack } from './write-track.ts';

/** Of one video; films have a dozen at most. */
const maxTracks = 16;

const settings = readSettings(process.env);

export const predict: Predict = async ({ path }, { folder, signal }) => {
  const tracks: Track[] = [];
  const objects: EmittedObject[] = [];
  const found = await listTracks(path, signal);
  for (const [i, index] of found.entries()) {
    const name = `${i}.${settings.format}`;
    const track = await write({ video: path, index, file: join(folder, name), settings, signal });
    if (!track) continue;
    tracks.push(track);
    objects.push({
      path: name,
      mime: settings.format === 'flac' ? 'audio/flac' : 'audio/wav',
      time: { start: track.start, end: track.start + track.duration },
      label: found.length > 1 ? `sound track ${i + 1} of ${found.length}` : 'sound track',
    });
  }
  const [first] = tracks;
  if (!first) return { result: { has_sound: false, tracks: 0 } };
  const { duration, sampleRate, channels } = first;
  const rounded = Math.round(duration * 1000) / 1000;
  return {
    result: { has_sound: true, tracks: tracks.length, duration: rounded, sample_rate: sampleRate, channels },
    objects,
  };
};

async function listTracks(path: string, signal: AbortSignal): Promise<number[]> {
  await using input = await openVideo(path, signal);
  const sounds = input.streams.filter(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO);
  return sounds.map(({ index }) => index).slice(0, maxTracks);
}

async function write(order: Parameters<typeof writeTrack>[0]): Promise<Track | undefined> {
  try {
    return await writeTrack(order);
  } catch (cause) {
    order.signal.throwIfAborted();
    if (cause instanceof CannotPredict) throw cause;
    throw new CannotPredict(`The sound of this video can't be decoded: ${(cause as Error).message}`, { cause });
  }
}

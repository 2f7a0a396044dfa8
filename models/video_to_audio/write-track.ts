import { openVideo } from '@assay/kit-video';
import { Decoder, Encoder, FilterAPI, Muxer } from 'node-av/api';
import { FF_ENCODER_FLAC, FF_ENCODER_PCM_S16LE } from 'node-av/constants';
import type { Stream } from 'node-av/lib';
import type { Settings } from './settings.ts';

export interface Track {
  /** In the video, of its first sample; seconds. */
  start: number;
  duration: number;
  sampleRate: number;
  channels: number;
}

interface Order {
  video: string;
  /** Of the track in its container. */
  index: number;
  /** The file that is written. */
  file: string;
  settings: Settings;
  signal: AbortSignal;
}

/** Writes one sound track into a file, in constant memory; damaged packets are passed over. Undefined: it has no sound. */
export async function writeTrack({ video, index, file, settings, signal }: Order): Promise<Track | undefined> {
  await using input = await openVideo(video, signal);
  const stream = input.streams.find((each) => each.index === index);
  if (!stream) return undefined;
  using decoder = await Decoder.create(stream, { exitOnError: false, signal });
  const target = chooseTarget(stream, settings);
  using filter = FilterAPI.create(describeFilter(target, settings.format), { signal });
  using encoder = await Encoder.create(settings.format === 'flac' ? FF_ENCODER_FLAC : FF_ENCODER_PCM_S16LE, { signal });
  const output = await Muxer.open(file, { format: settings.format, signal });
  const place = output.addStream(encoder);
  let track: Track | undefined;
  async function* watch() {
    for await (const frame of decoder.frames(input.packets(index))) {
      if (frame) {
        const { pts, timeBase, nbSamples, sampleRate } = frame;
        track ??= { start: Math.max(0, (Number(pts) * timeBase.num) / timeBase.den), duration: 0, ...target };
        track.duration += nbSamples / sampleRate;
      }
      yield frame;
    }
  }
  try {
    for await (const packet of encoder.packets(filter.frames(watch())))
      if (packet) await output.writePacket(packet, place);
  } finally {
    await output.close();
  }
  return track;
}

/** What the track becomes: its own rate and channels, unless the settings say otherwise. */
function chooseTarget({ codecpar }: Stream, { sampleRate, mono }: Settings) {
  return { sampleRate: sampleRate ?? codecpar.sampleRate, channels: mono || codecpar.channels === 1 ? 1 : 2 };
}

function describeFilter({ sampleRate, channels }: ReturnType<typeof chooseTarget>, format: Settings['format']): string {
  const layout = channels === 1 ? 'mono' : 'stereo';
  const steps = [
    `aresample=${sampleRate}`,
    `aformat=sample_fmts=s16:sample_rates=${sampleRate}:channel_layouts=${layout}`,
  ];
  // The encoder drops a last block that is not full: this fills it with silence. Every block size divides it.
  return [...steps, ...(format === 'flac' ? ['asetnsamples=n=4608:p=1'] : [])].join();
}

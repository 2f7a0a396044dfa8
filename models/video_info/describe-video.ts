import { CannotPredict } from '@assay/kit-node';
import type { Input, InputAudioTrack, InputTrack } from 'mediabunny';

/** How many frames are looked at for the frame rate: reading all of a long video would take minutes. */
const framesForRate = 500;

/** Where the library's name is not the one that people search for. */
const names: Record<string, string> = {
  avc: 'h264',
  'QuickTime File Format': 'MOV',
  'MPEG Transport Stream': 'MPEG-TS',
};

/** The facts of a video's first picture and sound. Reads the container, decodes nothing. */
export async function describeVideo(input: Input) {
  const format = (await input.getFormat()).name;
  const container = names[format] ?? format;
  const video = await input.getPrimaryVideoTrack();
  const audio = await input.getPrimaryAudioTrack();
  if (!video && audio) throw new CannotPredict(`This ${container} file has sound but no picture`);
  if (!video) throw new CannotPredict(`This ${container} file has no track that can be read; it may be cut off`);
  const { averagePacketRate } = await video.computePacketStats(framesForRate);
  return {
    container,
    duration: round(await video.computeDuration()),
    width: await video.getDisplayWidth(),
    height: await video.getDisplayHeight(),
    rotation: await video.getRotation(),
    frame_rate: round(averagePacketRate),
    video_codec: await nameCodec(video),
    has_sound: audio !== null,
    ...(audio && (await describeSound(audio))),
    ...(await findDate(input)),
  };
}

async function describeSound(audio: InputAudioTrack) {
  return {
    audio_codec: await nameCodec(audio),
    audio_channels: await audio.getNumberOfChannels(),
    audio_sample_rate: await audio.getSampleRate(),
  };
}

/** The library's name of the codec, or the container's own for one that the library does not know. */
async function nameCodec(track: InputTrack): Promise<string> {
  const codec = await track.getCodec();
  return codec ? (names[codec] ?? codec) : String((await track.getInternalCodecId()) ?? 'unknown');
}

/** When the container's tags say that it was recorded, ISO 8601 in UTC. */
async function findDate(input: Input) {
  const { date } = await input.getMetadataTags();
  return date && !Number.isNaN(date.getTime()) ? { recorded_at: date.toISOString() } : {};
}

const round = (value: number) => Math.round(value * 1000) / 1000;

import type { Waveform } from '@assay/shared';
import { Decoder, Demuxer, FilterAPI } from 'node-av/api';
import { AV_FRAME_DATA_DISPLAYMATRIX, AV_LOG_QUIET, AVSEEK_CUR, AVSEEK_SET, AVSEEK_SIZE } from 'node-av/constants';
import { type Frame, Log } from 'node-av/lib';
import sharp, { type Sharp } from 'sharp';
import { CannotPreview } from './cannot-preview.ts';
import type { ObjectAtHand } from './object-at-hand.ts';

// Containers, and nothing that names other files: a playlist would have what a stranger wrote into it opened.
const containers = new Set([
  ...['mov', 'matroska', 'webm', 'mpegts', 'mpeg', 'avi', 'flv', 'asf', 'ogg', 'mxf', 'rm', 'wtv', 'dv', 'ivf'],
  ...[
    'mpegvideo',
    'h264',
    'hevc',
    'wav',
    'w64',
    'mp3',
    'aac',
    'flac',
    'aiff',
    'caf',
    'amr',
    'au',
    'ac3',
    'eac3',
    'dts',
  ],
  ...['ape', 'wv', 'tta', 'tak', 'dsf', 'gsm', 'voc'],
  // Pictures that libvips does not open.
  ...[
    'bmp_pipe',
    'psd_pipe',
    'jpegxl_pipe',
    'j2k_pipe',
    'pbm_pipe',
    'pgm_pipe',
    'ppm_pipe',
    'pam_pipe',
    'dds_pipe',
    'qoi_pipe',
  ],
]);

const mostPixels = 64_000_000;
/** Of the frames after the place that is looked at, the one that is most like the others. */
const framesToChooseFrom = 24;
const probeBytes = 256 * 1024;
const readAhead = 512 * 1024;
const columns = 800;
const rate = 8_000;
/** Samples of one peak, before these are drawn together to columns: 20 ms. */
const peakSamples = rate / 50;

// What it thinks of damaged packets is of use to nobody.
Log.setLevel(AV_LOG_QUIET);

/** Opens a container without giving FFmpeg a file, a path or a protocol. Throws CannotPreview. */
async function openRecording(object: ObjectAtHand): Promise<Demuxer> {
  const head = await object.read(0, Math.min(probeBytes, object.size) - 1);
  const format = (await Demuxer.probeFormat(Buffer.from(head)))?.format;
  if (!format?.split(',').every((name) => containers.has(name) || alsoNamed.has(name)))
    throw new CannotPreview(`Previews are not made of this format (${object.mime}).`);
  let at = 0;
  const io = {
    async read(wanted: number): Promise<Buffer | null> {
      if (at >= object.size) return null;
      const piece = await object.read(at, Math.min(at + wanted, object.size) - 1);
      at += piece.length;
      return piece.length > 0 ? Buffer.from(piece) : null;
    },
    seek(offset: bigint, whence: number): bigint {
      if (whence === AVSEEK_SIZE) return BigInt(object.size);
      const from = whence === AVSEEK_SET ? 0 : whence === AVSEEK_CUR ? at : object.size;
      at = Math.max(0, Math.min(object.size, from + Number(offset)));
      return BigInt(at);
    },
  };
  const options = { protocol_whitelist: 'none', format_whitelist: format, max_streams: '64' };
  return Demuxer.open(io, { format, bufferSize: readAhead, options });
}

/** Other names of containers that are in the list. */
const alsoNamed = new Set(['mp4', 'm4a', '3gp', '3g2', 'mj2']);

/** A picture of a video, a little after its beginning, upright. Throws CannotPreview, and what decoders throw. */
export async function openFrame(object: ObjectAtHand): Promise<Sharp> {
  await using input = await openRecording(object);
  const stream = input.video();
  if (!stream) throw new CannotPreview('There is no picture in it.');
  const { width, height } = stream.codecpar;
  if (width * height > mostPixels)
    throw new CannotPreview(
      `Its pictures have ${Math.round((width * height) / 1e6)} megapixels; previews are made of up to ${mostPixels / 1e6}.`,
    );
  const duration = Number.isFinite(input.duration) ? input.duration : 0;
  // Where there is no index, the beginning has to do.
  if (duration > 2) await input.seek(Math.min(duration / 10, 30)).catch(() => undefined);
  const options = { max_pixels: String(mostPixels) };
  using decoder = await Decoder.create(stream, { exitOnError: false, context: { threadCount: 1 }, options });
  const fit = 'min(1\\,1920/max(iw*sar\\,ih))';
  using filter = FilterAPI.create(
    [
      `thumbnail=n=${framesToChooseFrom}`,
      `scale=w=max(1\\,trunc(iw*sar*${fit})):h=max(1\\,trunc(ih*${fit}))`,
      'setsar=1',
      'format=rgb24',
    ].join(),
  );
  let turn = 0;
  async function* watch(frames: AsyncIterable<Frame | null>) {
    let seen = 0;
    for await (const frame of frames) {
      if (frame) turn = readTurn(frame);
      yield frame;
      // The filter gives its choice at the end: what it has seen by then is enough.
      if (++seen === framesToChooseFrom) return;
    }
  }
  for await (const frame of filter.frames(watch(decoder.frames(input.packets(stream.index))))) {
    if (!frame) continue;
    const raw = { width: frame.width, height: frame.height, channels: 3 as const };
    const pixels = frame.toBuffer();
    frame.free();
    return sharp(pixels, { raw }).rotate(turn);
  }
  throw new CannotPreview('No picture of it can be decoded.');
}

/** Degrees clockwise, by which a frame is turned to stand as displayed: nine numbers of 16.16 bits, [cos, sin] first. */
function readTurn(frame: Frame): number {
  const matrix = frame.getSideData(AV_FRAME_DATA_DISPLAYMATRIX);
  if (!matrix || matrix.length < 8) return 0;
  return Math.round((Math.atan2(matrix.readInt32LE(4), matrix.readInt32LE(0)) * 180) / Math.PI);
}

/** How loud a recording is along its length. Throws CannotPreview, and what decoders throw. */
export async function drawWaveform(object: ObjectAtHand): Promise<Waveform> {
  await using input = await openRecording(object);
  const stream = input.audio();
  if (!stream) throw new CannotPreview('There is no sound in it.');
  using decoder = await Decoder.create(stream, { exitOnError: false, context: { threadCount: 1 } });
  using filter = FilterAPI.create(
    `aresample=${rate},aformat=sample_fmts=s16:sample_rates=${rate}:channel_layouts=mono`,
  );
  const peaks: number[] = [];
  let samples = 0;
  for await (const frame of filter.frames(decoder.frames(input.packets(stream.index)))) {
    if (!frame) continue;
    const bytes = frame.toBuffer();
    for (let i = 0; i < frame.nbSamples; i++) {
      const place = Math.floor(samples++ / peakSamples);
      peaks[place] = Math.max(peaks[place] ?? 0, Math.abs(bytes.readInt16LE(2 * i)));
    }
    frame.free();
  }
  if (samples === 0) throw new CannotPreview('No sound of it can be decoded.');
  return { duration: samples / rate, peaks: drawTogether(peaks) };
}

function drawTogether(peaks: number[]): number[] {
  const count = Math.min(columns, peaks.length);
  const drawn = Array.from({ length: count }, (_, column) => {
    let peak = 0;
    const end = Math.ceil(((column + 1) * peaks.length) / count);
    for (let i = Math.floor((column * peaks.length) / count); i < end; i++) peak = Math.max(peak, peaks[i] ?? 0);
    return peak;
  });
  const loudest = drawn.reduce((most, peak) => Math.max(most, peak), 1);
  return drawn.map((peak) => Math.round((1000 * peak) / loudest) / 1000);
}

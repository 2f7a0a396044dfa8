import { hasAt, latin1, u32be, u32le } from './bytes.ts';
import { audio, type DetectedType, image, other, video } from './finding.ts';

/** RIFF, its big-endian twin, and the two for large files (EBU Tech 3306, ITU-R BS.2088). */
const containers = new Set(['RIFF', 'RIFX', 'RF64', 'BW64', 'FFIR', 'XFIR']);

const forms: Record<string, DetectedType> = {
  WAVE: audio('audio/wav'),
  WEBP: image('image/webp'),
  RMID: audio('audio/midi'),
  MIDS: audio('audio/midi'),
  QLCM: audio('audio/qcelp'),
  RMP3: audio('audio/mpeg'),
  DSMF: audio('audio/x-dsm'),
  ACON: image('image/x-win-ani'),
  RDIB: image('image/bmp'),
  CDXA: video('video/mpeg'),
  'AMV ': video('video/x-amv'),
  '4XMV': video('video/x-4xm'),
  RMMP: video('video/x-rmmp'),
};

/** RIFF: the form type tells; an AVI without pictures is audio. */
export function detectRiff(head: Uint8Array): DetectedType | undefined {
  // Sony Wave64 begins with a GUID whose first letters are `riff`.
  if (hasAt(head, 0, 'riff\x2e\x91\xcf\x11')) return audio('audio/x-w64');
  if (!containers.has(latin1(head, 0, 4)) || head.length < 12) return undefined;
  const form = latin1(head, 8, 4);
  if (form.startsWith('AVI')) return detectAvi(head);
  return forms[form] ?? other('application/x-riff', 'a RIFF file of no type that Assay knows');
}

function detectAvi(head: Uint8Array): DetectedType {
  const streams = listStreams(head, { start: 12, end: head.length, within: ['hdrl', 'strl'] });
  const isAudio = streams.includes('auds') && !streams.includes('vids') && !streams.includes('iavs');
  return isAudio ? audio('audio/x-avi') : video('video/vnd.avi');
}

interface Part {
  start: number;
  end: number;
  /** The lists to open, from here inwards. */
  within: string[];
}

/** The type of each stream: `hdrl` holds a list `strl` for each, which begins with a stream header. */
function listStreams(head: Uint8Array, { start, end, within }: Part): string[] {
  const read = latin1(head, 0, 4) === 'RIFX' ? u32be : u32le;
  const [list, ...deeper] = within;
  const types: string[] = [];
  let offset = start;
  while (offset + 12 <= end) {
    const id = latin1(head, offset, 4);
    const size = read(head, offset + 4);
    const next = offset + 8 + size + (size % 2);
    const name = latin1(head, offset + 8, 4);
    if (id === 'LIST' && name === list) {
      types.push(...listStreams(head, { start: offset + 12, end: Math.min(next, end), within: deeper }));
    }
    if (id === 'strh') types.push(name);
    offset = next;
  }
  return types;
}

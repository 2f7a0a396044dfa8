import { hasAt, latin1, u32be } from './bytes.ts';
import { audio, type DetectedType, video } from './finding.ts';

/** RealMedia: the MIME types in its media property chunks; RealAudio before version 5 has a header of its own. */
export function detectRealMedia(head: Uint8Array): DetectedType | undefined {
  if (hasAt(head, 0, '.ra\xfd')) return audio('audio/x-pn-realaudio');
  if (!hasAt(head, 0, '.RMF')) return undefined;
  const types = listStreamTypes(head);
  const isAudio = types.some(isSound) && !types.some((type) => type.startsWith('video/'));
  return isAudio ? audio('audio/x-pn-realaudio') : video('video/vnd.rn-realvideo');
}

const isSound = (type: string) => type.startsWith('audio/');

function listStreamTypes(head: Uint8Array): string[] {
  const types: string[] = [];
  let offset = 0;
  while (offset + 10 <= head.length) {
    const size = u32be(head, offset + 4);
    if (hasAt(head, offset, 'MDPR')) types.push(readStreamType(head, offset));
    if (size < 10 || hasAt(head, offset, 'DATA')) break;
    offset += size;
  }
  return types;
}

/** Ten numbers come before the stream's name and its MIME type, each with its length in a byte. */
function readStreamType(head: Uint8Array, chunk: number): string {
  const name = chunk + 10 + 30;
  const mime = name + 1 + (head[name] ?? 0);
  return latin1(head, mime + 1, head[mime] ?? 0);
}

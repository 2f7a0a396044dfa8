import { hasAt, u24be, u32be } from './bytes.ts';
import { audio, type DetectedType, video } from './finding.ts';

const audioTag = 8;
const videoTag = 9;

/** FLV (Adobe Flash Video File Format Specification 10.1, annex E): its header's two bits, corrected by the tags that follow. */
export function detectFlashVideo(head: Uint8Array): DetectedType | undefined {
  if (!hasAt(head, 0, 'FLV\x01')) return undefined;
  const flags = head[4] ?? 0;
  const tags = listTags(head);
  const isAudio = (tags.has(audioTag) || (flags & 4) !== 0) && !tags.has(videoTag) && (flags & 1) === 0;
  return isAudio ? audio('audio/x-flv') : video('video/x-flv');
}

/** A tag's header has 11 bytes; its whole length follows it in 4. */
function listTags(head: Uint8Array): Set<number> {
  const tags = new Set<number>();
  for (let offset = u32be(head, 5) + 4; offset + 11 <= head.length; offset += 15 + u24be(head, offset + 1)) {
    tags.add((head[offset] ?? 0) & 0x1f);
  }
  return tags;
}

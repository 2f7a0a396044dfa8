import { hasAt, latin1, u16be } from './bytes.ts';
import { audio, type DetectedType, video } from './finding.ts';

/** Plain packets, with 16 bytes of error correction, and with a 4-byte time code before each (Blu-ray, AVCHD). */
const packetSizes = [188, 204, 192];
const syncByte = 0x47;
/** Stream types of ISO/IEC 13818-1 table 2-34, and of ATSC, Blu-ray and AVS where they are fixed. */
const videoTypes = new Set([0x01, 0x02, 0x10, 0x1b, 0x1e, 0x1f, 0x20, 0x21, 0x24, 0x27, 0x33, 0x42, 0xd1, 0xd2, 0xea]);
const audioTypes = new Set([0x03, 0x04, 0x0f, 0x11, 0x1c, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0xa1, 0xa2]);
const privateType = 0x06;
/** Descriptors that name the codec of a private stream (ETSI EN 300 468): AC-3, E-AC-3, DTS, AAC. */
const audioDescriptors = new Set([0x6a, 0x7a, 0x7b, 0x7c]);
const audioRegistrations = new Set(['AC-3', 'EAC3', 'DTS1', 'DTS2', 'DTS3', 'Opus', 'AC-4', 'BSSD']);

/** MPEG transport stream: what its program maps list, else which elementary streams begin. */
export function detectTransportStream(head: Uint8Array): DetectedType | undefined {
  for (const size of packetSizes) {
    const first = findSync(head, size);
    if (first !== undefined) return decide(head, first, size);
  }
  return undefined;
}

/** A recording may begin within a packet: then five in a row must follow. */
function findSync(head: Uint8Array, size: number): number | undefined {
  const lead = size === 192 ? 4 : 0;
  for (let offset = 0; offset < size; offset++) {
    const wanted = offset === lead ? 2 : 5;
    if (hasSyncs(head, offset, size, wanted)) return offset;
  }
  return undefined;
}

function hasSyncs(head: Uint8Array, offset: number, size: number, wanted: number): boolean {
  const inHead = Math.floor((head.length - offset - 1) / size) + 1;
  const count = Math.max(wanted, Math.min(inHead, 5));
  for (let n = 0; n < count; n++) if (head[offset + n * size] !== syncByte) return false;
  return true;
}

function decide(head: Uint8Array, first: number, size: number): DetectedType {
  const mapPids = new Set<number>();
  const kinds = new Set<'video' | 'audio'>();
  for (let offset = first; offset + 188 <= head.length && head[offset] === syncByte; offset += size) {
    const pid = u16be(head, offset + 1) & 0x1fff;
    const payload = findPayload(head, offset);
    const isStart = ((head[offset + 1] ?? 0) & 0x40) !== 0;
    if (payload === undefined || !isStart) continue;
    const packet = head.subarray(payload, offset + 188);
    if (pid === 0) for (const mapPid of readAssociationTable(packet)) mapPids.add(mapPid);
    else if (mapPids.has(pid)) for (const kind of readMapTable(packet)) kinds.add(kind);
    else if (hasAt(packet, 0, '\0\0\x01')) addStreamKind(kinds, packet[3]);
  }
  return kinds.has('audio') && !kinds.has('video') ? audio('audio/mp2t') : video('video/mp2t');
}

/** PES stream IDs: 0xfd stands for VC-1 and the like, by an extension; the private ones say nothing. */
function addStreamKind(kinds: Set<'video' | 'audio'>, id = 0): void {
  if ((id >= 0xe0 && id <= 0xef) || id === 0xfd) kinds.add('video');
  else if (id >= 0xc0 && id <= 0xdf) kinds.add('audio');
}

function findPayload(head: Uint8Array, offset: number): number | undefined {
  const control = ((head[offset + 3] ?? 0) >> 4) & 3;
  if ((control & 1) === 0) return undefined;
  return control === 3 ? offset + 5 + (head[offset + 4] ?? 0) : offset + 4;
}

/** A pointer field stands before the table. The tables' last four bytes are a checksum. */
function openTable(packet: Uint8Array, tableId: number): Uint8Array | undefined {
  const table = packet.subarray(1 + (packet[0] ?? 0));
  if (table[0] !== tableId) return undefined;
  return table.subarray(0, Math.max(0, 3 + (u16be(table, 1) & 0xfff) - 4));
}

function readAssociationTable(packet: Uint8Array): number[] {
  const table = openTable(packet, 0);
  const pids: number[] = [];
  // Program 0 names the network table, not a program.
  for (let i = 8; table && i + 4 <= table.length; i += 4) {
    if (u16be(table, i) !== 0) pids.push(u16be(table, i + 2) & 0x1fff);
  }
  return pids;
}

function readMapTable(packet: Uint8Array): ('video' | 'audio')[] {
  const table = openTable(packet, 2);
  const kinds: ('video' | 'audio')[] = [];
  if (!table) return kinds;
  for (let i = 12 + (u16be(table, 10) & 0xfff); i + 5 <= table.length; ) {
    const type = table[i] ?? 0;
    const end = i + 5 + (u16be(table, i + 3) & 0xfff);
    if (videoTypes.has(type)) kinds.push('video');
    else if (audioTypes.has(type)) kinds.push('audio');
    else if (type === privateType && describesAudio(table.subarray(i + 5, end))) kinds.push('audio');
    i = end;
  }
  return kinds;
}

function describesAudio(descriptors: Uint8Array): boolean {
  for (let i = 0; i + 2 <= descriptors.length; i += 2 + (descriptors[i + 1] ?? 0)) {
    const tag = descriptors[i] ?? 0;
    if (audioDescriptors.has(tag)) return true;
    if (tag === 0x05 && audioRegistrations.has(latin1(descriptors, i + 2, 4))) return true;
  }
  return false;
}

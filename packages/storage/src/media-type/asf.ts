import { latin1, u16le, u32le, u64le } from './bytes.ts';
import { audio, type DetectedType, video } from './finding.ts';
import type { ByteSource } from './source.ts';

/** GUIDs as they stand in the file: Advanced Systems Format Specification, section 10. */
const guid = (hex: string) => Buffer.from(hex, 'hex').toString('latin1');
const guids = {
  header: guid('3026b2758e66cf11a6d900aa0062ce6c'),
  streamProperties: guid('9107dcb7b7a9cf118ee600c00c205365'),
  headerExtension: guid('b503bf5f2ea9cf118ee300c00c205365'),
  extendedStreamProperties: guid('cba5e61472c632438399a96952065b5a'),
  audio: guid('409e69f84d5bcf11a8fd00805f5c442b'),
  video: guid('c0ef19bc4d5bcf11a8fd00805f5c442b'),
};
const objectHeader = 24;

/** ASF (WMA, WMV, DVR-MS): audio when every stream that says its type is sound. */
export async function detectAsf(source: ByteSource): Promise<DetectedType | undefined> {
  if (latin1(source.head, 0, 16) !== guids.header) return undefined;
  const end = Math.min(u64le(source.head, 16), source.size);
  const types = await listStreamTypes(source, objectHeader + 6, end);
  const isAudio = types.includes(guids.audio) && types.every((type) => type === guids.audio);
  return isAudio ? audio('audio/x-ms-wma') : video('video/x-ms-asf');
}

async function listStreamTypes(source: ByteSource, start: number, end: number): Promise<string[]> {
  const types: string[] = [];
  for await (const { id, content, next } of walkObjects(source, start, end)) {
    if (id === guids.streamProperties) types.push(await readGuid(source, content));
    // Two reserved fields and a size stand before the objects of the extension.
    if (id === guids.headerExtension) types.push(...(await listStreamTypes(source, content + 22, next)));
    if (id === guids.extendedStreamProperties) {
      types.push(...(await listStreamTypes(source, await skipExtendedFields(source, content), next)));
    }
  }
  return types;
}

async function* walkObjects(source: ByteSource, start: number, end: number) {
  let offset = start;
  while (offset + objectHeader <= end) {
    const header = await source.read(offset, objectHeader);
    const next = offset + u64le(header, 16);
    if (header.length < objectHeader || next < offset + objectHeader) return;
    yield { id: latin1(header, 0, 16), content: offset + objectHeader, next: Math.min(next, end) };
    offset = next;
  }
}

/** Where the names and the payload extensions of a stream end: there its stream properties may follow. */
async function skipExtendedFields(source: ByteSource, content: number): Promise<number> {
  const fields = await source.read(content, 4096);
  let offset = 64;
  for (let names = u16le(fields, 60); names > 0 && offset < fields.length; names--) {
    offset += 4 + u16le(fields, offset + 2);
  }
  for (let systems = u16le(fields, 62); systems > 0 && offset < fields.length; systems--) {
    offset += 22 + u32le(fields, offset + 18);
  }
  return content + offset;
}

const readGuid = async (source: ByteSource, offset: number) => latin1(await source.read(offset, 16), 0, 16);

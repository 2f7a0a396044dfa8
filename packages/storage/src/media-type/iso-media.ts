import { latin1, u32be, u64be } from './bytes.ts';
import { audio, type DetectedType, image, video } from './finding.ts';
import type { ByteSource } from './source.ts';

interface Box {
  type: string;
  /** Where its content begins and ends in the file. */
  start: number;
  end: number;
}

/** Boxes that may begin a file (ISO/IEC 14496-12; QuickTime has files without `ftyp`). */
const firstBoxes = new Set(
  'ftyp styp moov moof mdat free skip wide pnot meta sidx ssix emsg prft pdin uuid junk'.split(' '),
);

/** Brands of still images and their sequences: ISO/IEC 23008-12, AV1 Image File Format, Canon Raw 3. */
const imageBrands: Record<string, string> = {
  ...{ heic: 'image/heic', heix: 'image/heic', heim: 'image/heic', heis: 'image/heic' },
  ...{ hevc: 'image/heic-sequence', hevx: 'image/heic-sequence', hevm: 'image/heic-sequence' },
  ...{ mif1: 'image/heif', mif2: 'image/heif', miaf: 'image/heif', msf1: 'image/heif-sequence' },
  ...{ avif: 'image/avif', avis: 'image/avif', 'crx ': 'image/x-canon-cr3' },
};
const visualHandlers = new Set(['vide', 'auxv', 'pict']);
const audioBrands = new Set(['M4A ', 'M4B ', 'M4P ', 'F4A ', 'F4B ', 'aax ', 'aaxc']);
/** Sample entries of pictures: how an audiobook keeps those of its chapters. */
const stillCodecs = new Set(['jpeg', 'png ', 'tiff', 'gif ']);

/** MP4, QuickTime, 3GP, HEIC, AVIF: image brands first, else what the tracks' handlers say, else the brand. */
export async function detectIsoMedia(source: ByteSource): Promise<DetectedType | undefined> {
  const { head } = source;
  const first = latin1(head, 4, 4);
  if (first === 'jP  ') return latin1(head, 20, 4) === 'mjp2' ? video('video/mj2') : undefined;
  if (!firstBoxes.has(first) || !isBoxSize(head, source.size)) return undefined;
  const [brand = '', ...compatible] = first === 'ftyp' ? listBrands(head) : [];
  const imageMime = imageBrands[brand];
  if (imageMime) return image(refineImage(imageMime, compatible));
  const isAudioBrand = audioBrands.has(brand);
  const tracks = await listTracks(source);
  if (tracks.some(({ handler, codec }) => visualHandlers.has(handler) && !(isAudioBrand && stillCodecs.has(codec)))) {
    return video(videoMime(brand, first));
  }
  if (tracks.some(({ handler }) => handler === 'soun')) return audio(audioMime(brand, first));
  const hasImageBrand = compatible.some((name) => name in imageBrands);
  if (hasImageBrand || (await hasPictureItems(source))) return image(refineImage('image/heif', compatible));
  return isAudioBrand ? audio(audioMime(brand, first)) : video(videoMime(brand, first));
}

/** 0 reaches to the file's end, 1 says that a 64-bit size follows; words where a size should be are larger than most files. */
function isBoxSize(head: Uint8Array, fileSize: number): boolean {
  const size = u32be(head, 0);
  return size <= 1 || (size >= 8 && (size <= fileSize || size < 0x20000000));
}

function listBrands(head: Uint8Array): string[] {
  const end = Math.min(u32be(head, 0), head.length, 512);
  const brands = [latin1(head, 8, 4)];
  for (let offset = 16; offset + 4 <= end; offset += 4) brands.push(latin1(head, offset, 4));
  return brands;
}

/** `mif1` says only that there is an image; the other brands say of which kind. */
function refineImage(mime: string, compatible: string[]): string {
  if (mime !== 'image/heif') return mime;
  return compatible.map((brand) => imageBrands[brand]).find((known) => known && known !== 'image/heif') ?? mime;
}

function videoMime(brand: string, first: string): string {
  if (brand.startsWith('3g2')) return 'video/3gpp2';
  if (brand.startsWith('3g')) return 'video/3gpp';
  if (brand.startsWith('M4V')) return 'video/x-m4v';
  return isQuickTime(brand, first) ? 'video/quicktime' : 'video/mp4';
}

function audioMime(brand: string, first: string): string {
  if (brand.startsWith('3g2')) return 'audio/3gpp2';
  if (brand.startsWith('3g')) return 'audio/3gpp';
  return isQuickTime(brand, first) ? 'audio/quicktime' : 'audio/mp4';
}

const isQuickTime = (brand: string, first: string) =>
  brand === 'qt  ' || (brand === '' && !['styp', 'moof', 'sidx', 'emsg', 'prft'].includes(first));

async function* walkBoxes(source: ByteSource, start: number, end: number): AsyncGenerator<Box> {
  let offset = start;
  while (offset + 8 <= end) {
    const header = await source.read(offset, 16);
    if (header.length < 8) return;
    const short = u32be(header, 0);
    const size = short === 1 ? u64be(header, 8) : short === 0 ? end - offset : short;
    const headerSize = short === 1 ? 16 : 8;
    if (size < headerSize) return;
    yield { type: latin1(header, 4, 4), start: offset + headerSize, end: Math.min(offset + size, end) };
    offset += size;
  }
}

async function findBox(source: ByteSource, parent: Box, ...path: string[]): Promise<Box | undefined> {
  const [type, ...deeper] = path;
  if (type === undefined) return parent;
  for await (const box of walkBoxes(source, parent.start, parent.end)) {
    if (box.type === type) return findBox(source, box, ...deeper);
  }
  return undefined;
}

/** Handler and sample entry of each `moov/trak`, wherever in the file `moov` lies. */
async function listTracks(source: ByteSource): Promise<{ handler: string; codec: string }[]> {
  const movie = await findBox(source, { type: '', start: 0, end: source.size }, 'moov');
  if (!movie) return [];
  const tracks = [];
  for await (const box of walkBoxes(source, movie.start, movie.end)) {
    if (box.type !== 'trak') continue;
    const media = await findBox(source, box, 'mdia');
    const handler = media && (await findBox(source, media, 'hdlr'));
    if (!handler) continue;
    const samples = await findBox(source, media, 'minf', 'stbl', 'stsd');
    tracks.push({
      handler: await readName(source, handler.start + 8),
      codec: samples ? await readName(source, samples.start + 12) : '',
    });
  }
  return tracks;
}

/** A `meta` box at the top whose handler is `pict`: an image, whatever the brand says. */
async function hasPictureItems(source: ByteSource): Promise<boolean> {
  const meta = await findBox(source, { type: '', start: 0, end: source.size }, 'meta');
  // `meta` is a full box: version and flags stand before its children.
  const handler = meta && (await findBox(source, { ...meta, start: meta.start + 4 }, 'hdlr'));
  return handler !== undefined && (await readName(source, handler.start + 8)) === 'pict';
}

const readName = async (source: ByteSource, offset: number) => latin1(await source.read(offset, 4), 0, 4);

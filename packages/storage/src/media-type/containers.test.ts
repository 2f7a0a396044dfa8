import { expect, test } from 'vitest';
import { be, box, bytes, chunk, element, le, track, zeros } from './building.ts';
import { detectMediaType, sampleBytes } from './index.ts';

type Row = [what: string, file: Buffer, mediaType: string, mime: string];

const ftyp = (brand: string, ...compatible: string[]) => box('ftyp', brand, zeros(4), ...compatible);

const isoMedia: Row[] = [
  ['MP4 with both', bytes(ftyp('isom'), box('moov', track('soun', 'mp4a'), track('vide'))), 'video', 'video/mp4'],
  ['MP4 with sound', bytes(ftyp('isom'), box('moov', track('soun', 'mp4a'))), 'audio', 'audio/mp4'],
  ['3GP with sound', bytes(ftyp('3gp4'), box('moov', track('soun', 'samr'))), 'audio', 'audio/3gpp'],
  ['QuickTime without a brand', box('moov', track('vide')), 'video', 'video/quicktime'],
  [
    'an audiobook with pictures',
    bytes(ftyp('M4B '), box('moov', track('soun'), track('vide', 'jpeg'))),
    'audio',
    'audio/mp4',
  ],
  ['an M4A cut before its tracks', bytes(ftyp('M4A '), box('free', zeros(8))), 'audio', 'audio/mp4'],
  ['an MP4 cut before its tracks', bytes(ftyp('mp42'), be(1 << 24, 4), 'mdat', zeros(64)), 'video', 'video/mp4'],
  ['a box of 64-bit size', bytes(ftyp('isom'), be(1, 4), 'mdat', be(24, 8 - 2), zeros(2)), 'video', 'video/mp4'],
  ['HEIC', ftyp('heic', 'mif1'), 'image', 'image/heic'],
  ['AVIF by its second brand', ftyp('mif1', 'avif'), 'image', 'image/avif'],
  ['an image without a brand', box('meta', zeros(4), box('hdlr', zeros(8), 'pict', zeros(13))), 'image', 'image/heif'],
  ['a raw photo of Canon', ftyp('crx ', 'isom'), 'image', 'image/x-canon-cr3'],
  ['Motion JPEG 2000', bytes(box('jP  ', '\r\n\x87\n'), ftyp('mjp2')), 'video', 'video/mj2'],
  ['JPEG 2000', bytes(box('jP  ', '\r\n\x87\n'), ftyp('jp2 ')), 'image', 'image/jp2'],
];

const ebml = (docType: string, ...types: number[]) =>
  bytes(
    element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], docType)),
    element(
      [0x18, 0x53, 0x80, 0x67],
      element([0xec], zeros(300)),
      element([0x16, 0x54, 0xae, 0x6b], ...types.map((type) => element([0xae], element([0x83], type)))),
    ),
  );

const page = (flags: number, packet: string) => bytes('OggS\0', flags, zeros(20), 1, packet.length, packet);

const guid = (hex: string) => Buffer.from(hex, 'hex');
const asfObject = (id: string, ...content: Parameters<typeof bytes>) =>
  bytes(guid(id), le(bytes(...content).length + 24, 6), zeros(2), ...content);
const asfStream = (type: string) => asfObject('9107dcb7b7a9cf118ee600c00c205365', guid(type), zeros(38));
const asf = (...objects: Buffer[]) => asfObject('3026b2758e66cf11a6d900aa0062ce6c', zeros(6), ...objects);
const sound = '409e69f84d5bcf11a8fd00805f5c442b';
const pictures = 'c0ef19bc4d5bcf11a8fd00805f5c442b';
const asfExtension = (inner: Buffer) =>
  asfObject(
    'b503bf5f2ea9cf118ee300c00c205365',
    zeros(22),
    asfObject('cba5e61472c632438399a96952065b5a', zeros(64), inner),
  );

const packet = (pid: number, ...content: Parameters<typeof bytes>) =>
  Buffer.concat([bytes(0x47, be(0x4000 | pid, 2), 0x10, ...content), Buffer.alloc(188, 0xff)], 188);
const programs = (type: number, ...descriptors: number[]) => [
  packet(0, [0, 0, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xe1, 0, 0, 0, 0, 0]),
  packet(
    0x100,
    [0, 2, 0xb0, 18 + descriptors.length, 0, 1, 0xc1, 0, 0, 0xe1, 1, 0xf0, 0, type, 0xe1, 1, 0xf0],
    [descriptors.length, ...descriptors, ...[0, 0, 0, 0]],
  ),
  ...[1, 2, 3].map(() => packet(0x1ff)),
];
const transport = (packets: Buffer[], before = '', after = '') =>
  bytes(...packets.flatMap((each) => [before, each, after]));

const pack = bytes('\0\0\x01\xba\x44', zeros(8), 0xf8);
const pes = (id: number) => bytes('\0\0\x01', id, be(20, 2), zeros(20));

const streamHeader = (type: string) => chunk('LIST', le, 'strl', chunk('strh', le, type, zeros(52)));
const avi = (...types: string[]) =>
  chunk('RIFF', le, 'AVI ', chunk('LIST', le, 'hdrl', chunk('avih', le, zeros(56)), ...types.map(streamHeader)));

const tag = (type: number) => bytes(type, be(4, 3), zeros(7), zeros(4), be(15, 4));
const flv = (flags: number, ...tags: number[]) => bytes('FLV\x01', flags, be(9, 4), zeros(4), ...tags.map(tag));

const realMedia = (mime: string) =>
  bytes(chunkOfReal('.RMF', zeros(8)), chunkOfReal('MDPR', zeros(30), 5, 'a tag', mime.length, mime, zeros(4)));
const chunkOfReal = (id: string, ...content: Parameters<typeof bytes>) =>
  bytes(id, be(bytes(...content).length + 10, 4), zeros(2), ...content);

const others: Row[] = [
  ['WebM', ebml('webm', 2, 1), 'video', 'video/webm'],
  ['WebM with sound', ebml('webm', 2), 'audio', 'audio/webm'],
  ['Matroska with sound', ebml('matroska', 2, 17), 'audio', 'audio/matroska'],
  ['Ogg Vorbis', bytes(page(2, '\x01vorbis'), page(0, 'data')), 'audio', 'audio/ogg'],
  ['Ogg whose second stream is Theora', bytes(page(2, 'fishead\0'), page(2, '\x80theora')), 'video', 'video/ogg'],
  ['Windows Media Audio', asf(asfStream(sound)), 'audio', 'audio/x-ms-wma'],
  ['Windows Media Video', asf(asfStream(sound), asfStream(pictures)), 'video', 'video/x-ms-asf'],
  [
    'a stream in the header extension',
    asf(asfStream(sound), asfExtension(asfStream(pictures))),
    'video',
    'video/x-ms-asf',
  ],
  ['a transport stream', transport(programs(0x1b)), 'video', 'video/mp2t'],
  ['with sound', transport(programs(0x0f)), 'audio', 'audio/mp2t'],
  ['with private sound', transport(programs(0x06, 0x6a, 1, 0)), 'audio', 'audio/mp2t'],
  ['with time codes', transport(programs(0x1b), '\0\0\0\0'), 'video', 'video/mp2t'],
  ['with error correction', transport(programs(0x0f), '', '\0'.repeat(16)), 'audio', 'audio/mp2t'],
  ['begun within a packet', bytes(zeros(7), transport(programs(0x0f))), 'audio', 'audio/mp2t'],
  ['a program stream', bytes(pack, pes(0xc0), pes(0xe0)), 'video', 'video/mpeg'],
  ['with sound only', bytes(pack, pes(0xc0), pack, pes(0xc0)), 'audio', 'audio/mpeg'],
  ['MPEG video', bytes('\0\0\x01\xb3\x16\0\xf0\xc4', zeros(40)), 'video', 'video/mpeg'],
  ['H.264', bytes('\0\0\0\x01\x67\x64\0\x1f', zeros(40)), 'video', 'video/h264'],
  ['AVI', avi('auds', 'vids'), 'video', 'video/vnd.avi'],
  ['AVI with sound', avi('auds'), 'audio', 'audio/x-avi'],
  ['WAVE', chunk('RIFF', le, 'WAVE', zeros(24)), 'audio', 'audio/wav'],
  ['big-endian WAVE', chunk('RIFX', be, 'WAVE', zeros(24)), 'audio', 'audio/wav'],
  ['large WAVE', bytes('RF64\xff\xff\xff\xffWAVEds64', zeros(24)), 'audio', 'audio/wav'],
  ['WebP', chunk('RIFF', le, 'WEBP', zeros(24)), 'image', 'image/webp'],
  ['AIFF', chunk('FORM', be, 'AIFF', zeros(24)), 'audio', 'audio/aiff'],
  ['an Amiga image', chunk('FORM', be, 'ILBM', zeros(24)), 'image', 'image/x-ilbm'],
  ['FLV', flv(5, 8, 9), 'video', 'video/x-flv'],
  ['FLV with sound', flv(4, 8), 'audio', 'audio/x-flv'],
  ['FLV whose header hides its pictures', flv(4, 8, 9), 'video', 'video/x-flv'],
  ['RealVideo', realMedia('video/x-pn-realvideo'), 'video', 'video/vnd.rn-realvideo'],
  ['RealAudio', realMedia('audio/x-pn-realaudio'), 'audio', 'audio/x-pn-realaudio'],
];

test.each([...isoMedia, ...others])('%s', async (_, file, mediaType, mime) => {
  expect(await detectMediaType(file)).toEqual({ mediaType, mime, encoding: null });
});

/** A file of which detection gets the head, and the rest only when it asks. */
async function detectLong(file: Buffer) {
  let reads = 0;
  const found = await detectMediaType(file.subarray(0, sampleBytes), {
    size: file.length,
    read: async (offset, length) => {
      reads++;
      return file.subarray(offset, offset + length);
    },
  });
  return { mediaType: found.mediaType, reads };
}

const large = zeros(300_000);

test.each<[what: string, file: Buffer, mediaType: string]>([
  ['an MP4 whose tracks are at its end', bytes(ftyp('isom'), box('mdat', large), box('moov', track('soun'))), 'audio'],
  [
    'tracks that lie far apart',
    bytes(ftyp('isom'), box('moov', track('soun'), box('free', large), track('vide'))),
    'video',
  ],
  ['large picture before an ASF stream', asf(asfObject(sound, large), asfStream(sound)), 'audio'],
  [
    'an attachment before the tracks',
    bytes(
      ebml('webm').subarray(0, 12),
      element(
        [0x18, 0x53, 0x80, 0x67],
        element([0x19, 0x41, 0xa4, 0x69], large),
        element([0x16, 0x54, 0xae, 0x6b], element([0xae], element([0x83], 2))),
      ),
    ),
    'audio',
  ],
  [
    'a Targa with a footer',
    bytes(0, 1, 1, zeros(5), zeros(4), [4, 0, 4, 0, 24, 0xc0], large, 'TRUEVISION-XFILE.\0'),
    'image',
  ],
])('%s', async (_, file, mediaType) => {
  const found = await detectLong(file);
  expect(found).toMatchObject({ mediaType });
  expect(found.reads).toBeLessThan(8);
});

test('what the head says costs no reading', async () => {
  expect(await detectLong(bytes(ftyp('isom'), box('moov', track('vide')), box('mdat', large)))).toEqual({
    mediaType: 'video',
    reads: 0,
  });
});

const many = (piece: Buffer, times: number) => Buffer.concat(Array(times).fill(piece));

test.each<[what: string, file: Buffer]>([
  ['lists within lists', bytes('RIFF\0\0\0\0AVI ', many(bytes('LIST\xff\xff\0\0hdrl'), 5000))],
  ['empty boxes', bytes(ftyp('isom'), box('moov', many(box('trak', box('mdia')), 60_000)))],
  [
    'empty tracks',
    element([0x18, 0x53, 0x80, 0x67], element([0x16, 0x54, 0xae, 0x6b], many(element([0xae]), 400_000))),
  ],
])('%s without end take no time', async (_, file) => {
  const began = performance.now();
  await detectLong(bytes(file[0] === 0x18 ? ebml('webm').subarray(0, 12) : '', file));
  expect(performance.now() - began).toBeLessThan(500);
});

import { expect, test } from 'vitest';
import { be, bytes, le, zeros } from './building.ts';
import { detectMediaType } from './index.ts';

/** Layer III at 128 kbit/s and 44.1 kHz: 417 bytes a frame. */
const mp3 = Buffer.concat([bytes([0xff, 0xfb, 0x90, 0x00]), zeros(413)]);
const adts = bytes([0xff, 0xf1, 0x50, 0x80, 0x02, 0x1f, 0xfc], zeros(9));
const ac3 = bytes('\x0b\x77\0\0\x14\x40', zeros(762));
const sample = bytes(zeros(24), [0, 64, 0, 0, 0, 0]);

const icon = (offset: number) =>
  bytes([0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0], le(44, 4), le(offset, 4), le(40, 4), zeros(40));
const targa = (type: number) => bytes(0, 0, type, zeros(9), le(4, 2), le(4, 2), 24, 0, zeros(48));
const png = (type: string) => bytes('\x89PNG\r\n\x1a\n', be(13, 4), 'IHDR', zeros(17), be(8, 4), type, zeros(12));

test.each<[what: string, file: Buffer, mediaType: string, mime: string]>([
  ['MP3', bytes(mp3, mp3, mp3), 'audio', 'audio/mpeg'],
  ['one frame and no more', mp3, 'audio', 'audio/mpeg'],
  ['MP3 after padding', bytes(zeros(1000), mp3, mp3, mp3, mp3, mp3), 'audio', 'audio/mpeg'],
  ['an ID3 tag larger than the sample', bytes('ID3\x03\0\0', [0, 127, 127, 127], zeros(500)), 'audio', 'audio/mpeg'],
  ['AAC behind a tag', bytes('ID3\x04\0\0', [0, 0, 0, 20], zeros(20), adts, adts), 'audio', 'audio/aac'],
  ['AAC', bytes(adts, adts, adts), 'audio', 'audio/aac'],
  ['AC-3', bytes(ac3, ac3), 'audio', 'audio/ac3'],
  ['DTS', bytes('\x7f\xfe\x80\x01', zeros(60)), 'audio', 'audio/vnd.dts'],
  [
    'a tracker module',
    bytes(zeros(20), ...Array(31).fill(sample), 1, 127, zeros(128), 'M.K.', zeros(64)),
    'audio',
    'audio/x-mod',
  ],
  ['Scream Tracker', bytes(zeros(44), 'SCRM', zeros(16)), 'audio', 'audio/x-s3m'],
  ['WavPack', bytes('wvpk', zeros(28)), 'audio', 'audio/wavpack'],
  ['Sun audio', bytes('.snd', be(24, 4), zeros(16)), 'audio', 'audio/basic'],
  ['a TIFF whose directory is beyond the sample', bytes('II*\0', le(1 << 24, 4), zeros(8)), 'image', 'image/tiff'],
  ['PNG', png('IDAT'), 'image', 'image/png'],
  ['animated PNG', png('acTL'), 'image', 'image/apng'],
  ['BMP', bytes('BM', le(70, 4), zeros(4), le(54, 4), le(40, 4), zeros(36)), 'image', 'image/bmp'],
  ['an icon', icon(22), 'image', 'image/x-icon'],
  ['PCX', bytes([10, 5, 1, 8, 0, 0, 0, 0, 9, 0, 9, 0], zeros(53), 3, zeros(62)), 'image', 'image/x-pcx'],
  ['Targa without a footer', targa(2), 'image', 'image/x-tga'],
  ['a grey map in letters', bytes('P2\n# by hand\n3 1\n255\n0 128 255\n'), 'image', 'image/x-portable-anymap'],
  ['a colour map in bytes', bytes('P6 1 1 255\n', [1, 2, 3]), 'image', 'image/x-portable-anymap'],
  ['Radiance', bytes('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n', [1, 2, 3, 0]), 'image', 'image/vnd.radiance'],
  ['QOI', bytes('qoif', zeros(10)), 'image', 'image/qoi'],
  ['FLC', bytes(le(200, 4), '\x12\xaf', zeros(6), '\x08\0', zeros(100)), 'video', 'video/x-flc'],
])('%s', async (_, file, mediaType, mime) => {
  expect(await detectMediaType(file)).toEqual({ mediaType, mime, encoding: null });
});

test.each<[what: string, file: Buffer]>([
  ['an icon whose image is nowhere', icon(9000)],
  ['one MPEG sync word', bytes([0xff, 0xfb, 0x90, 0x00], zeros(800))],
  ['a Targa of a type there is not', targa(7)],
  ['a sync byte and no second', bytes(0x47, zeros(400))],
])('%s is nothing', async (_, file) => {
  expect(await detectMediaType(file)).toMatchObject({ mediaType: null });
});

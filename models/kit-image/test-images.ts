import { readFile } from 'node:fs/promises';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

const read = (name: string) => readFile(new URL(`./test-files/${name}`, import.meta.url));

/** Pictures of the kinds that people have, by what is special about them, made small where the file is not a sample. */
export async function makePictures(): Promise<Map<string, Buffer>> {
  const cat = sharp(await read('cat.jpg'));
  const made = {
    'JPEG that lies on its side': cat.clone().withMetadata({ orientation: 6 }).jpeg(),
    'CMYK JPEG': cat.clone().toColourspace('cmyk').jpeg(),
    'PNG of 16 bits': cat.clone().toColourspace('rgb16').png(),
    'grey PNG of 16 bits': cat.clone().toColourspace('grey16').png(),
    'TIFF of 16 bits': cat.clone().toColourspace('rgb16').tiff({ compression: 'lzw' }),
    'grey JPEG': cat.clone().greyscale().jpeg(),
    'PNG with alpha': cat.clone().ensureAlpha(0.5).png(),
  };
  const pictures = await Promise.all(
    Object.entries(made).map(async ([name, image]) => [name, await image.toBuffer()] as const),
  );
  const files = { WebP: 'cat.webp', GIF: 'coffee.gif', TIFF: 'coffee.tiff', HEIC: 'astronaut.heic', AVIF: 'cat.avif' };
  const kept = await Promise.all(Object.entries(files).map(async ([name, file]) => [name, await read(file)] as const));
  return new Map([...pictures, ...kept]);
}

/** Small files with pictures that are too large to be decoded, by what they are. */
export async function makeBombs(): Promise<Map<string, Buffer>> {
  const jpeg = await read('cat.jpg');
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  jpeg.writeUInt16BE(65_000, frame + 5);
  jpeg.writeUInt16BE(65_000, frame + 7);
  const tiff = await read('coffee.tiff');
  enlargeTiff(tiff, 65_000);
  return new Map([
    ['a PNG of 100 megapixels, all of it there', makePng(10_000, 10_000)],
    ['a JPEG that says it has 4,225 megapixels', jpeg],
    ['a TIFF that says it has 4,225 megapixels', tiff],
  ]);
}

/** Writes another width and height (tags 256 and 257) into the first directory of a little-endian TIFF. */
function enlargeTiff(tiff: Buffer, side: number): void {
  const directory = tiff.readUInt32LE(4);
  for (let i = 0; i < tiff.readUInt16LE(directory); i += 1) {
    const entry = directory + 2 + 12 * i;
    if (![256, 257].includes(tiff.readUInt16LE(entry))) continue;
    const isShort = tiff.readUInt16LE(entry + 2) === 3;
    if (isShort) tiff.writeUInt16LE(side, entry + 8);
    else tiff.writeUInt32LE(side, entry + 8);
  }
}

/** A whole PNG of one bit a pixel: 100 megapixels in some 12 kB. */
function makePng(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 1;
  const rows = deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * height), { level: 9 });
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

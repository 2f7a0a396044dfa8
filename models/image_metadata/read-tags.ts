import type { ImageMetadata } from '@assay/kit-image';
import exifr from 'exifr';

/** A block of metadata by the names of its own standard. What is damaged is told, not thrown. */
export interface Tags {
  ifd0: Record<string, unknown>;
  exif: Record<string, unknown>;
  gps: Record<string, unknown>;
  xmp: Record<string, unknown>;
  damaged: string[];
}

// Dates stay as they are written: exifr would take them for the time zone of this machine.
const options = {
  mergeOutput: false,
  reviveValues: false,
  translateValues: true,
  // Else it takes the user's comment away.
  sanitize: false,
  ifd1: false,
  interop: false,
  xmp: false,
  icc: false,
  iptc: false,
};

/** `path` is the image file, which is read when it is a TIFF: that is a block of EXIF data itself. */
export async function readTags(metadata: ImageMetadata, path: string): Promise<Tags> {
  const damaged: string[] = [];
  const parse = async (what: string, work: () => Promise<Blocks | undefined>): Promise<Blocks> => {
    try {
      const blocks = (await work()) ?? {};
      for (const error of blocks.errors ?? []) damaged.push(`${what}: ${error.message}`);
      return blocks;
    } catch (error) {
      damaged.push(`${what}: ${(error as Error).message}`);
      return {};
    }
  };
  const { exif, xmp, format } = metadata;
  const source = format === 'tiff' ? path : exif;
  const blocks = source === undefined ? {} : await parse('EXIF', () => exifr.parse(source, options));
  const document = xmp === undefined ? {} : await parse('XMP', () => readXmp(xmp));
  const { ifd0 = {}, exif: sub = {}, gps = {} } = blocks;
  return { ifd0, exif: sub, gps, xmp: document.xmp ?? {}, damaged };
}

interface Blocks {
  ifd0?: Record<string, unknown>;
  exif?: Record<string, unknown>;
  gps?: Record<string, unknown>;
  xmp?: Record<string, unknown>;
  errors?: Error[];
}

/** The names of all of a document's namespaces together. */
async function readXmp(xml: Buffer): Promise<Blocks> {
  const { errors, xmlns, ...namespaces } = (await exifr.sidecar(xml, { reviveValues: false }, 'xmp')) as Blocks &
    Record<string, unknown>;
  const xmp = Object.assign({}, ...Object.values(namespaces));
  return errors ? { xmp, errors } : { xmp };
}

import { hasAt, latin1 } from './bytes.ts';
import { type DetectedType, other } from './finding.ts';

/** What Assay does not take, by a part of the MIME type. The first that fits is said. */
const names: [part: string, is: string][] = [
  ['pdf', 'a PDF document'],
  ['rtf', 'an RTF document'],
  ['postscript', 'a PostScript document'],
  ['eps', 'a PostScript document'],
  ['dicom', 'a DICOM file'],
  ['x-cfb', 'an older Office document'],
  ['visio', 'a Visio drawing'],
  ['wordprocessing', 'a Word document'],
  ['spreadsheet', 'a spreadsheet'],
  ['presentation', 'a presentation'],
  ['indesign', 'an InDesign document'],
  ['mobipocket', 'an e-book'],
  ['ms-outlook', 'an Outlook mailbox'],
  ['htmlhelp', 'a Windows help file'],
  ['font', 'a font'],
  ['msdownload', 'a Windows program'],
  ['x-elf', 'a Linux program'],
  ['mach-binary', 'a macOS program'],
  ['java-vm', 'a Java class'],
  ['wasm', 'a WebAssembly program'],
  ['shockwave', 'a Flash movie'],
  ['chrome-extension', 'a browser extension'],
  ['x-deb', 'a software package'],
  ['x-rpm', 'a software package'],
  ['nes-rom', 'a game'],
  ['iso9660', 'a disc image'],
  ['diskimage', 'a disk image'],
  ['sqlite', 'a database'],
  ['parquet', 'a data table'],
  ['arrow', 'a data table'],
  ['avro', 'a data table'],
  ['spss', 'a data table'],
  ['jmp', 'a data table'],
  ['tcpdump', 'a network capture'],
  ['registry', 'a Windows registry'],
  ['shortcut', 'a shortcut'],
  ['alias', 'a shortcut'],
  ['iccprofile', 'a colour profile'],
  ['esri', 'a map'],
  ['model/', 'a 3D model'],
  ['fbx', 'a 3D model'],
  ['blender', 'a 3D model'],
  ['draco', 'a 3D model'],
  ['sketchup', 'a 3D model'],
  ['pgp', 'an encrypted file'],
  ['tar', 'an archive'],
  ['archive', 'an archive'],
  ['cpio', 'an archive'],
  ['cab', 'a compressed archive'],
  ['gzip', 'a compressed archive'],
  ['compress', 'a compressed archive'],
  ['arj', 'a compressed archive'],
  ['bzip', 'a compressed archive'],
  ['x-xz', 'a compressed archive'],
  ['zstd', 'a compressed archive'],
  ['lzip', 'a compressed archive'],
  ['lz4', 'a compressed archive'],
];

export const nameDocument = (mime: string): DetectedType =>
  other(mime, names.find(([part]) => mime.includes(part))?.[1] ?? `of the type ${mime}, which Assay does not read`);

/** PDF allows its header anywhere in the first KiB (ISO 32000-1 annex H 3.4.1); in a text that mentions it, other letters stand before. */
export function detectPdf(head: Uint8Array): DetectedType | undefined {
  const start = latin1(head, 0, 1024);
  return /(?:^|[^!-~])%PDF-\d/.test(start) ? other('application/pdf', 'a PDF document') : undefined;
}

const marks: [mark: string, mime: string, is: string][] = [
  // Recognised here, so that file-type does not unpack it to look inside.
  ['\x1f\x8b\x08', 'application/gzip', 'a compressed archive'],
  ['xar!', 'application/x-xar', 'an archive'],
  ['RE~^', 'application/x-rar-compressed', 'a compressed archive'],
  ['\x89HDF\r\n\x1a\n', 'application/x-hdf5', 'a data table'],
  ['bplist', 'application/x-bplist', 'a property list'],
  ['\n\r\r\n', 'application/x-pcapng', 'a network capture'],
  ['\x78\x9f\x3e\x22', 'application/vnd.ms-tnef', 'a mail attachment of Outlook'],
  ['\0\x01\0\0Standard ', 'application/x-msaccess', 'a database'],
];

/** What file-type does not know or opens. */
export function detectDocument(head: Uint8Array): DetectedType | undefined {
  const found = marks.find(([mark]) => hasAt(head, 0, mark));
  if (found) return other(found[1], found[2]);
  const version = head[3] ?? 0;
  const isFlash = /^[FCZ]WS/.test(latin1(head, 0, 3)) && version > 0 && version < 0x20;
  return isFlash ? nameDocument('application/x-shockwave-flash') : undefined;
}

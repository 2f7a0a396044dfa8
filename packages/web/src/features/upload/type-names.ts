import { findFalseExtension } from '@assay/shared';

/** What a person calls a format, by the extension that file-type gives it. */
const names: Record<string, string> = {
  jpg: 'JPEG',
  png: 'PNG',
  apng: 'PNG',
  gif: 'GIF',
  webp: 'WebP',
  avif: 'AVIF',
  heic: 'HEIC',
  tif: 'TIFF',
  bmp: 'BMP',
  svg: 'SVG',
  mp4: 'MP4',
  m4v: 'MP4',
  mov: 'QuickTime',
  webm: 'WebM',
  mkv: 'Matroska',
  avi: 'AVI',
  m4a: 'M4A',
  mp3: 'MP3',
  wav: 'WAV',
  flac: 'FLAC',
  ogg: 'Ogg',
  opus: 'Opus',
  aac: 'AAC',
  txt: 'text',
  pdf: 'PDF document',
  zip: 'ZIP archive',
  gz: 'gzip archive',
  tar: 'tar archive',
  '7z': '7-Zip archive',
  rar: 'RAR archive',
  docx: 'Word document',
  xlsx: 'Excel workbook',
  pptx: 'PowerPoint presentation',
  odt: 'text document of LibreOffice',
  ods: 'spreadsheet of LibreOffice',
  rtf: 'RTF document',
  epub: 'e-book',
  ps: 'PostScript document',
  exe: 'Windows program',
  elf: 'Linux program',
  macho: 'macOS program',
  sqlite: 'SQLite database',
  woff: 'font',
  woff2: 'font',
  ttf: 'font',
  otf: 'font',
  cfb: 'old Office document',
  wasm: 'WebAssembly program',
};
export const nameFormat = (extension: string): string => names[extension] ?? extension.toUpperCase();

/** `named .png, is JPEG`: what to say when the name promises another format than the bytes are; else null. */
export function findMisnaming(path: string, found: { ext: string; mime: string }): string | null {
  const said = findFalseExtension(path, found.mime);
  return said && `named .${said}, is ${nameFormat(found.ext)}`;
}

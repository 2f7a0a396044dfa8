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
/** Extensions that mean the same thing. */
const same: Record<string, string> = {
  jpeg: 'jpg',
  jpe: 'jpg',
  jfif: 'jpg',
  tiff: 'tif',
  heif: 'heic',
  apng: 'png',
  m4v: 'mp4',
  '3gp': 'mp4',
  qt: 'mov',
  oga: 'ogg',
  ogv: 'ogg',
  ogx: 'ogg',
  spx: 'ogg',
  opus: 'ogg',
  mpga: 'mp3',
  mka: 'mkv',
  m4b: 'm4a',
  mp4a: 'm4a',
  wave: 'wav',
  mpeg: 'mpg',
};

const norm = (extension: string) => same[extension] ?? extension;

export const nameFormat = (extension: string): string => names[extension] ?? extension.toUpperCase();

const readExtension = (path: string): string | null => /\.([a-z0-9]{1,5})$/i.exec(path)?.[1]?.toLowerCase() ?? null;

/** `named .png, is JPEG`: what to say when the name promises another format than the bytes are; else null. */
export function findMisnaming(path: string, found: string): string | null {
  const said = readExtension(path);
  if (said === null || norm(said) === norm(found)) return null;
  // Text has a thousand extensions; only one that promises something else is worth a word.
  if (found === 'txt' ? !(norm(said) in names) || said === 'svg' : !(norm(said) in names)) return null;
  return `named .${said}, is ${nameFormat(found)}`;
}

import { latin1, u16le, u32le } from './bytes.ts';
import { type DetectedType, other } from './finding.ts';

/** What a ZIP holds, by the name of an entry. */
const contents: [pattern: RegExp, mime: string, is: string][] = [
  [/^word\//, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'a Word document'],
  [/^xl\//, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'a spreadsheet'],
  [/^ppt\//, 'application/vnd.openxmlformats-officedocument.presentationml.presentation', 'a presentation'],
  [/^AndroidManifest\.xml$/, 'application/vnd.android.package-archive', 'an Android app'],
  [/^META-INF\/MANIFEST\.MF$/, 'application/java-archive', 'a Java program'],
];

/** What the entry `mimetype` says of itself: OpenDocument 1.2 part 3, EPUB OCF. */
const declared: [part: string, is: string][] = [
  ['epub', 'an EPUB book'],
  ['opendocument.text', 'an OpenDocument text'],
  ['opendocument.spreadsheet', 'a spreadsheet'],
  ['opendocument.presentation', 'a presentation'],
  ['opendocument', 'an OpenDocument file'],
];
const localHeader = 0x04034b50;
const starts = [localHeader, 0x06054b50, 0x08074b50, 0x30304b50];

/** ZIP (APPNOTE 4.3): walks the entries in the head, and names documents that are ZIPs inside. */
export function detectZip(head: Uint8Array): DetectedType | undefined {
  if (!starts.includes(u32le(head, 0))) return undefined;
  for (const { name, content } of walkEntries(head)) {
    if (name === 'mimetype') return nameDeclared(content.trim());
    const found = contents.find(([pattern]) => pattern.test(name));
    if (found) return other(found[1], found[2]);
  }
  return other('application/zip', 'a ZIP archive');
}

function nameDeclared(mime: string): DetectedType {
  const safe = /^[\w.+/-]{3,127}$/.test(mime) ? mime : 'application/zip';
  return other(safe, declared.find(([part]) => safe.includes(part))?.[1] ?? 'a ZIP archive');
}

function* walkEntries(head: Uint8Array): Generator<{ name: string; content: string }> {
  let offset = 0;
  while (u32le(head, offset) === localHeader) {
    const nameLength = u16le(head, offset + 26);
    const start = offset + 30 + nameLength + u16le(head, offset + 28);
    const size = u32le(head, offset + 18);
    yield { name: latin1(head, offset + 30, nameLength), content: latin1(head, start, Math.min(size, 128)) };
    offset = start + size;
    // Sizes that are only known after the data: the next entry can't be found from here.
    if (size === 0 && (u16le(head, offset + 6) & 8) !== 0) return;
  }
}

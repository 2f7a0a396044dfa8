import { type DetectedType, image, other } from './finding.ts';
import type { DetectedText } from './text.ts';

/** Formats that are written in letters but are no text to a model, by how they begin. */
const notText: [pattern: RegExp, type: DetectedType][] = [
  [/^\{\\rtf/, other('application/rtf', 'an RTF document')],
  [/^\p{Cc}?(?:%-12345X[\s\S]{0,512}?)?%!PS/u, other('application/postscript', 'a PostScript document')],
  [/^\p{Cc}%-12345X/u, other('application/vnd.hp-pcl', 'a print job')],
  [/^!<(?:arch|thin)>\n/, other('application/x-unix-archive', 'an archive')],
  [/^07070[127][0-7a-f]{70}/i, other('application/x-cpio', 'an archive')],
  [/^\/\* XPM \*\//, image('image/x-xpixmap')],
  [
    /^(?:\s*\/\*[\s\S]{0,512}?\*\/)?\s*#define\s+\w*_?width\s+\d+\s+#define\s+\w*_?height\s+\d+\s/,
    image('image/x-xbitmap'),
  ],
  [/^SIMPLE {2}= {20}T/, image('image/fits')],
];

/** What may stand before the root element of XML: declaration, comments, instructions, document type. */
const prolog = /^\s*(?:<\?[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE\s[^[>]*(?:\[[^\]]*\]\s*)?>\s*)*/i;
const html = /^<(?:html|head|body|title|meta|script|style|link|div|p|h1|table|a|br)[\s>/]/i;

/** The type of a text by its beginning. */
export function nameTextFormat({ sample, encoding, charset }: DetectedText): DetectedType {
  const text = sample.startsWith('\ufeff') ? sample.slice(1) : sample;
  const found = notText.find(([pattern]) => pattern.test(text));
  if (found) return found[1];
  const root = text.slice(prolog.exec(text)?.[0].length ?? 0);
  if (/^<(?:\w+:)?svg[\s>/]/i.test(root)) return image('image/svg+xml');
  if (charset) return { mediaType: 'text', mime: `text/plain; charset=${charset}`, encoding };
  return { mediaType: 'text', mime: nameMime(text, root), encoding };
}

function nameMime(text: string, root: string): string {
  if (/^\s*<!doctype\s+html/i.test(text) || html.test(root)) return 'text/html';
  if (/^\s*<\?xml\s/.test(text)) return 'application/xml';
  if (/^WEBVTT(?:[\n\r\t ]|$)/.test(text)) return 'text/vtt';
  if (/^BEGIN:VCARD\s/i.test(text)) return 'text/vcard';
  if (/^BEGIN:VCALENDAR\s/i.test(text)) return 'text/calendar';
  if (/^\s*(?:\{\s*"(?:[^"\\]|\\.){0,256}"\s*:|\[\s*[[{"\d-])/.test(text) && isJson(text)) return 'application/json';
  return 'text/plain';
}

/** Whether the sample is JSON, or could be the beginning of a longer one. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    return /end of JSON input|Unterminated/.test(String(error)) || text.length >= 4096;
  }
}

import { AppError } from '@assay/shared';
import { decodeText } from './decode-text.ts';

/** What the headers of a part say. Its Content-Type is not among it: what a file is, its bytes tell. */
export interface PartHead {
  name: string;
  /** As sent; '' when it was sent empty, undefined when not at all. */
  fileName: string | undefined;
  /** The part says that it has a type, whatever it is. */
  hasType: boolean;
  /** All headers by their names in lower case, each byte of a value a character. */
  headers: ReadonlyMap<string, string>;
}

/**
 * Reads the header lines of one part of a form (RFC 7578, names also as in RFC 5987 and as browsers send them).
 * Throws `invalid_request` for what can't be read with certainty: a part that is passed over in silence is a file
 * that somebody believes to be stored.
 */
export function readPartHead(bytes: Buffer): PartHead {
  const headers = splitHeaders(bytes.toString('latin1'));
  const disposition = headers.get('content-disposition');
  if (disposition === undefined) throw malformed('has no Content-Disposition header');
  const params = readDisposition(disposition);
  const name = decodeText(bytesOf(params.get('name') ?? ''));
  if (name === '') throw malformed('has no name: its Content-Disposition must be form-data; name="…"');
  if (name.includes('\0')) throw malformed('has a NUL in its name');

  const extended = params.get('filename*');
  const plain = params.get('filename');
  const fileName = (extended && decodeExtended(extended)) ?? (plain === undefined ? undefined : decodePlain(plain));
  refuseOtherShapes(headers, fileName !== undefined);
  return { name, fileName, hasType: headers.has('content-type'), headers };
}

const malformed = (what: string) => new AppError('invalid_request', `A part of the form ${what}`);

function splitHeaders(head: string): Map<string, string> {
  const headers = new Map<string, string>();
  // A line that begins with a blank goes on from the one before.
  for (const line of head === '' ? [] : head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const [, name = '', value = ''] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([^\r\n]*)$/.exec(line) ?? [];
    if (name === '') throw malformed(`has a header line that is none: ${JSON.stringify(line.slice(0, 100))}`);
    const key = name.toLowerCase();
    if (headers.has(key)) throw malformed(`has the header ${name} twice`);
    headers.set(key, value.trimEnd());
  }
  return headers;
}

/** Parameters of `form-data`. A quote within a quoted value comes as `\"`; other backslashes are themselves, as browsers send them. */
function readDisposition(value: string): Map<string, string> {
  const [type] = /^form-data(?=\s*(?:;|$))/i.exec(value) ?? [];
  const cannotRead = () =>
    malformed(`has a Content-Disposition that can’t be read: ${JSON.stringify(value.slice(0, 200))}`);
  if (!type) throw cannotRead();
  const params = new Map<string, string>();
  const parameter = /\s*;\s*(?:([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:\\"|[^"])*)"|([^";]*))|(?=;|$))/gy;
  for (let at = type.length; at < value.length; at = parameter.lastIndex) {
    parameter.lastIndex = at;
    const found = parameter.exec(value);
    if (!found) throw cannotRead();
    const [, name, quoted, bare = ''] = found;
    if (name === undefined) continue;
    const key = name.toLowerCase();
    if (params.has(key)) throw malformed(`says ${name} twice`);
    params.set(key, quoted?.replaceAll('\\"', '"') ?? bare.trimEnd());
  }
  return params;
}

/** Bodies that would be stored as something else than their sender means. */
function refuseOtherShapes(headers: Map<string, string>, isNamedFile: boolean): void {
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase() ?? 'binary';
  if (!['7bit', '8bit', 'binary'].includes(encoding)) {
    const message = `A part of the form is ${encoding}-encoded. Send its bytes as they are`;
    throw new AppError('unsupported_encoding', message);
  }
  if (!isNamedFile && /^multipart\//i.test(headers.get('content-type') ?? ''))
    throw malformed('is a form itself. Send each file as a part of its own');
}

const bytesOf = (latin1: string) => Buffer.from(latin1, 'latin1');

/** Browsers write these three so that they don't end the value (HTML standard, multipart/form-data encoding). */
const decodePlain = (value: string) =>
  decodeText(bytesOf(value)).replace(/%(22|0D|0A)/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );

/** `UTF-8'en'na%C3%AFve.jpg` (RFC 5987); undefined when it is none, so that a plain name beside it counts. */
function decodeExtended(value: string): string | undefined {
  const [, text] = /^(?:utf-8|iso-8859-1|windows-1252)'[^']*'(.*)$/i.exec(value) ?? [];
  if (text === undefined || /%(?![\da-f]{2})/i.test(text)) return undefined;
  return decodeText(
    bytesOf(text.replace(/%(..)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))),
  );
}

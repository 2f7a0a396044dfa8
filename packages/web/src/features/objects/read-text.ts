import { reachServer } from '../../lib/connection.ts';
import { addressContent } from '../../lib/object-address.ts';

/** More than this a browser holds with trouble, and a person does not read. */
const mostBytes = 64 * 2 ** 20;

export interface ReadBytes {
  bytes: Uint8Array;
  /** There is more of it. */
  cut: boolean;
}

export interface TextObject {
  sha256: string;
  size: number;
  /** As TextDecoder takes it. */
  encoding: string | null;
}

export async function readText({ sha256, size }: TextObject, signal: AbortSignal): Promise<ReadBytes> {
  const cut = size > mostBytes;
  const headers: HeadersInit = cut ? { range: `bytes=0-${mostBytes - 1}` } : {};
  const answer = await reachServer(addressContent(sha256), { headers, signal });
  if (!answer.ok) throw new Error(`The server answered ${answer.status} when asked for the text.`);
  return { bytes: new Uint8Array(await answer.arrayBuffer()), cut };
}

/** Others than the one that was found, for a person who sees that it is wrong. */
export const otherEncodings = [
  ...['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'windows-1250', 'windows-1251', 'koi8-r', 'windows-1253'],
  ...['windows-1254', 'windows-1255', 'windows-1256', 'gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr'],
];

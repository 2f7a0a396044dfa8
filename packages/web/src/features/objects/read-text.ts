import { reachServer } from '../../lib/connection.ts';
import { addressContent } from '../../lib/object-address.ts';

export interface ReadText {
  text: string;
  /** Bytes that were read; less than the object's size when it is long. */
  readBytes: number;
}

/** More than this a person does not read in a browser. */
const mostBytes = 2_000_000;

export interface TextObject {
  sha256: string;
  size: number;
  /** As TextDecoder takes it. */
  encoding: string | null;
}

export async function readText({ sha256, size, encoding }: TextObject, signal: AbortSignal): Promise<ReadText> {
  const headers: HeadersInit = size > mostBytes ? { range: `bytes=0-${mostBytes - 1}` } : {};
  const answer = await reachServer(addressContent(sha256), { headers, signal });
  if (!answer.ok) throw new Error(`The server answered ${answer.status} when asked for the text.`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return { text: new TextDecoder(encoding ?? 'utf-8').decode(bytes), readBytes: bytes.length };
}

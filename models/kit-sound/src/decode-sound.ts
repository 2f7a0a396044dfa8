/// <reference path="./audio-type.d.ts" />
import { open } from 'node:fs/promises';
import { CannotPredict } from '@assay/kit-node';
import decode from 'audio-decode';
import recognise from 'audio-type';

const mebibyte = 2 ** 20;

/** A stretch of sound: samples from -1 to 1 (floats may go beyond), one array a channel, at `sampleRate` Hz. */
export interface Sound {
  channelData: Float32Array[];
  sampleRate: number;
}

/** These keep their index at either end of the file, and it is searched for again with every piece. */
const indexed = new Set(['m4a', 'mp4', 'mov']);

/**
 * Decodes a sound file of any usual format, piece by piece: seconds of sound at its own rate. Rate and
 * channels may change on the way, where recordings were glued together. Throws CannotPredict.
 */
export async function* decodeSound(path: string, size: number, signal: AbortSignal): AsyncGenerator<Sound> {
  const format = await recogniseFormat(path);
  const pieceSize = indexed.has(format) ? Math.max(mebibyte, Math.ceil(size / 16)) : mebibyte;
  const pieces = decode(readPieces(path, pieceSize, signal), format as 'wav');
  try {
    for await (const { channelData, sampleRate } of pieces) {
      const first = channelData[0];
      if (!first?.length) continue;
      if (!Number.isFinite(sampleRate) || sampleRate < 1000 || sampleRate > 768_000) {
        throw new CannotPredict(`This sound claims ${sampleRate} samples a second`);
      }
      yield { channelData, sampleRate };
    }
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof CannotPredict) throw cause;
    throw new CannotPredict(`This sound can't be decoded: ${(cause as Error).message}`, { cause });
  }
}

async function recogniseFormat(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, 0);
    const format = recognise(new Uint8Array(buffer.subarray(0, bytesRead)));
    // Its decoder renders a score, which is not a recording.
    if (format && format in decode && !trackers.has(format)) return format;
    throw new CannotPredict(
      'This is none of the sound formats that can be read, such as WAV, MP3, FLAC, Ogg, M4A and AAC',
    );
  } finally {
    await file.close();
  }
}

const trackers = new Set(['mod', 'xm', 's3m', 'it']);

async function* readPieces(path: string, pieceSize: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    for (;;) {
      signal.throwIfAborted();
      const { buffer, bytesRead } = await file.read(Buffer.alloc(pieceSize), 0, pieceSize);
      if (!bytesRead) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

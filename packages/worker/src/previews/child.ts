import { isInline, type PreviewKind } from '@assay/shared';
import { CannotPreview } from './cannot-preview.ts';
import { type Order, orderSchema, pieceSchema, type Word } from './messages.ts';
import type { ObjectAtHand } from './object-at-hand.ts';

/*
 * The process that decodes. It is started by process.ts with little memory, no network where the machine can do that, no
 * way to write a file, and no object: it asks for the bytes, and says what it made of them.
 */

const say = (word: Word) => process.send?.(word);

/** The answer to the one question that is open. */
let answer: ((bytes: Uint8Array) => void) | undefined;

process.on('message', (message) => {
  const piece = pieceSchema.safeParse(message);
  if (piece.success) return answer?.(piece.data.bytes);
  void makeAll(orderSchema.parse(message));
});
// The worker is gone; a decoder that is stuck would keep exit() waiting.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

const read = (start: number, end: number) =>
  new Promise<Uint8Array>((resolve) => {
    answer = resolve;
    say({ type: 'read', start, end });
  });

async function makeAll({ kinds, mediaType, ...facts }: Order): Promise<void> {
  const object = { ...facts, read };
  const picture = once(() => openAny(object, mediaType));
  for (const kind of kinds)
    try {
      say({ type: 'made', kind, bytes: await make(kind, object, picture) });
    } catch (error) {
      say({ type: 'cannot', kind, reason: explain(error) });
    }
  say({ type: 'done' });
}

type Picture = Awaited<ReturnType<typeof openAny>>;

async function make(kind: PreviewKind, object: ObjectAtHand, picture: () => Promise<Picture>): Promise<Buffer> {
  if (kind === 'waveform') {
    const { drawWaveform } = await import('./recording.ts');
    return Buffer.from(JSON.stringify(await drawWaveform(object)));
  }
  const { shrink } = await import('./picture.ts');
  return shrink(await picture(), kind);
}

async function openAny(object: ObjectAtHand, mediaType: Order['mediaType']) {
  const [{ openPicture }, { openFrame }] = await Promise.all([import('./picture.ts'), import('./recording.ts')]);
  if (mediaType !== 'image') return openFrame(object);
  try {
    return await openPicture(object);
  } catch (error) {
    // Of a picture that only FFmpeg may know, FFmpeg says what is wrong with it.
    if (error instanceof CannotPreview || (isInline(object.mime) && object.mime !== 'image/bmp')) throw error;
    return openFrame(object);
  }
}

/** What a decoder throws, as one sentence. */
function explain(error: unknown): string {
  if (error instanceof CannotPreview) return error.message;
  const [first] = String(error instanceof Error ? error.message : error).split('\n');
  return `It can’t be decoded: ${first?.slice(0, 500)}`;
}

function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
}

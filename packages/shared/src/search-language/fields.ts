import type { Operator } from './query.ts';

type Kind = 'words' | 'amount' | 'uploaded' | 'hash' | 'state' | 'similar' | 'derived';

const wordFields = ['type', 'mime', 'name', 'uploader', 'case', 'tag', 'verdict'] as const;
export type WordField = (typeof wordFields)[number];
export const amountFields = ['size', 'width', 'height', 'duration'] as const;
export type AmountField = (typeof amountFields)[number];
export type SearchField = WordField | AmountField | 'uploaded' | 'hash' | 'state' | 'similar' | 'derived';

const order: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>='];
const same: readonly Operator[] = ['=', '!='];
const like: readonly Operator[] = ['=', '!=', '~'];

interface FieldFacts {
  kind: Kind;
  operators: readonly Operator[];
  /** For whoever types: what it is and what a value looks like. */
  does: string;
  example: string;
}

export const searchFields: Readonly<Record<SearchField, FieldFacts>> = {
  type: { kind: 'words', operators: same, does: 'image, video, audio or text', example: 'type = image' },
  mime: { kind: 'words', operators: like, does: 'the format of the bytes', example: 'mime = image/png' },
  name: { kind: 'words', operators: like, does: 'a file name; ~ is a part of it', example: 'name ~ "harbour"' },
  size: { kind: 'amount', operators: order, does: 'bytes', example: 'size > 10MB' },
  width: { kind: 'amount', operators: order, does: 'pixels, as a model read them', example: 'width >= 1920' },
  height: { kind: 'amount', operators: order, does: 'pixels, as a model read them', example: 'height >= 1080' },
  duration: {
    kind: 'amount',
    operators: order,
    does: 'how long it plays, as a model read it',
    example: 'duration < 1:30',
  },
  uploaded: { kind: 'uploaded', operators: order, does: 'a day, or how long ago', example: 'uploaded > 7d' },
  uploader: { kind: 'words', operators: same, does: 'who uploaded it', example: 'uploader = ada' },
  case: { kind: 'words', operators: like, does: 'a case that it is in', example: 'case = "Harbour 12"' },
  hash: {
    kind: 'hash',
    operators: same,
    does: 'MD5, SHA-1 or SHA-256',
    example: 'hash = d41d8cd98f00b204e9800998ecf8427e',
  },
  tag: { kind: 'words', operators: like, does: 'a tag, or none', example: 'tag = vehicle' },
  verdict: {
    kind: 'words',
    operators: same,
    does: 'what people decided, none or disputed; behind model: of its predictions',
    example: 'verdict = relevant',
  },
  state: { kind: 'state', operators: same, does: 'how far models are with it', example: 'state = face_detect:failed' },
  similar: { kind: 'similar', operators: ['='], does: 'looks like this object', example: 'similar = <hash>:20' },
  derived: {
    kind: 'derived',
    operators: same,
    does: 'made from an object, by a model, or at all',
    example: 'derived = video_frames',
  },
};

export const isField = (word: string): word is SearchField => Object.hasOwn(searchFields, word);

/** `=, != or ~` */
export const describeOperators = (list: readonly Operator[]): string =>
  list.length > 1 ? `${list.slice(0, -1).join(', ')} or ${list.at(-1)}` : list.join();

import type { AmountField, WordField } from './fields.ts';

export const operators = ['=', '!=', '<', '<=', '>', '>=', '~'] as const;
export type Operator = (typeof operators)[number];
export type Order = Exclude<Operator, '~'>;
export type Match = '=' | '!=' | '~';

/** States of a prediction as people search for them: `waiting` is queued for a model that is away, `not-run` is no prediction at all. */
export const stateWords = [
  'queued',
  'waiting',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'skipped',
  'not-run',
] as const;
export type StateWord = (typeof stateWords)[number];

export const annotationShapes = ['box', 'time', 'span'] as const;
export type AnnotationShape = (typeof annotationShapes)[number];

/** One condition. Of several values any will do. */
export type SearchTerm =
  /** Words anywhere; quoted: exactly these in this order, otherwise what begins so. */
  | { kind: 'text'; text: string; quoted: boolean }
  | { kind: 'hash'; hashes: string[] }
  | { kind: 'mismatch' }
  | { kind: 'words'; field: WordField; operator: Match; values: string[] }
  /** Bytes, pixels or seconds. */
  | { kind: 'amount'; field: AmountField; operator: Order; values: number[] }
  /** A day, month, year or minute, or how long ago: as written. */
  | { kind: 'uploaded'; operator: Order; value: string }
  | { kind: 'state'; operator: '=' | '!='; values: { model: string | null; state: StateWord }[] }
  /** At most so many bits of the perceptual hash differ; null: as many as its makers say. */
  | { kind: 'similar'; hash: string; distance: number | null }
  /** From an object, by a model, or at all. */
  | { kind: 'derived'; from: string }
  | { kind: 'class'; model: string; class: string; operator: Operator; values: (number | string)[] }
  | {
      kind: 'annotation';
      model: string;
      shape: AnnotationShape;
      match: Match;
      label: string;
      score: { operator: Order; value: number } | null;
    };

export type SearchQuery =
  | SearchTerm
  | { kind: 'all'; of: SearchQuery[] }
  | { kind: 'any'; of: SearchQuery[] }
  | { kind: 'none'; of: SearchQuery };

const join = (kind: 'all' | 'any', parts: SearchQuery[]): SearchQuery => {
  const of = parts.flatMap((part) => (part.kind === kind ? part.of : [part]));
  const [only] = of;
  return of.length === 1 && only ? only : { kind, of };
};

/** Everything at once; of nothing: every object. */
export const allOf = (parts: SearchQuery[]): SearchQuery => join('all', parts);
export const anyOf = (parts: SearchQuery[]): SearchQuery => join('any', parts);
export const noneOf = (part: SearchQuery): SearchQuery => (part.kind === 'none' ? part.of : { kind: 'none', of: part });

/** What has to hold at once: the chips of a search. */
export const listParts = (query: SearchQuery): SearchQuery[] => (query.kind === 'all' ? query.of : [query]);

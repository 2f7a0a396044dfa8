/*
 * The language in which objects are searched: docs/search.md says it for people.
 *
 *   type = image AND face_detect.number_faces >= 2 AND NOT nsfw.Porn > 0.8
 *
 * `parseSearch` reads it and never throws, `printSearch` writes it so that it reads the same again, `completeAt` says what
 * could stand at the caret.
 */
export { type Completion, completeAt } from './search-language/complete.ts';
export { type SearchFault, searchLimits } from './search-language/fault.ts';
export {
  type AmountField,
  amountFields,
  describeOperators,
  type SearchField,
  searchFields,
  type WordField,
} from './search-language/fields.ts';
export { parseSearch, type SearchParse } from './search-language/parse.ts';
export { printSearch, printSearchWord } from './search-language/print.ts';
export {
  type AnnotationShape,
  allOf,
  anyOf,
  listParts,
  type Match,
  noneOf,
  type Operator,
  type Order,
  type SearchQuery,
  type SearchTerm,
  type StateWord,
  stateWords,
} from './search-language/query.ts';
export { readSort, type SearchSort } from './search-language/sort.ts';

/**
 * The value with U+FFFD in the place of each NUL and each half of a surrogate pair in its texts. A piece of somebody's
 * text may have them, JSON and databases can't keep them, and the model is not at fault. Lengths stay.
 */
export function makeStorable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD').toWellFormed();
  if (Array.isArray(value)) return value.map(makeStorable);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, makeStorable(each)]));
}

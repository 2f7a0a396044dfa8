import { expect, test } from 'vitest';
import { wilsonInterval } from './wilson.ts';

// As statsmodels' proportion_confint(method="wilson") has them.
test.each([
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
  [5, 10, 0.2366, 0.7634],
  [294, 312, 0.9108, 0.9632],
])('%i of %i', (seen, n, low, high) => {
  const found = wilsonInterval(seen, n);
  expect(found.low).toBeCloseTo(low, 3);
  expect(found.high).toBeCloseTo(high, 3);
});

const z = 1.96;

/** Within what a share lies, with 95 % confidence, of which so many of `n` were seen: Wilson's score interval. `n` is not 0. */
export function wilsonInterval(seen: number, n: number): { low: number; high: number } {
  const share = seen / n;
  const centre = share + z ** 2 / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  const whole = 1 + z ** 2 / n;
  return { low: Math.max(0, (centre - spread) / whole), high: Math.min(1, (centre + spread) / whole) };
}

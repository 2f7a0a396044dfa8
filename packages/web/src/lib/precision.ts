const percent = (share: number) => `${Math.round(share * 100)} %`;

/** Within what a share lies: `62 % to 94 %, with 95 % confidence`. */
export const describeInterval = ({ low, high }: { low: number; high: number }): string =>
  `${percent(low)} to ${percent(high)}, with 95 % confidence`;

import type { Token } from './lex.ts';

/** What a query may be; more is an error with a position, like any other. */
export const searchLimits = { characters: 700_000, depth: 40, terms: 200, hashes: 10_000, values: 200 } as const;

/** What is wrong, from where to where (UTF-16 code units), and what could stand there. */
export interface SearchFault {
  message: string;
  start: number;
  end: number;
  expected: string;
}

export class SyntaxFault extends Error {
  readonly fault: SearchFault;

  constructor(fault: SearchFault) {
    super(fault.message);
    this.fault = fault;
  }

  static at({ start, end }: Pick<Token, 'start' | 'end'>, message: string, expected: string): SyntaxFault {
    return new SyntaxFault({ message, start, end, expected });
  }
}

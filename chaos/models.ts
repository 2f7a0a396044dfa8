/** The four models, by what is wrong with each. */
export const modelNames = ['slow', 'flaky', 'hangs', 'away'] as const;
export type ModelName = (typeof modelNames)[number];

export const manifests = {
  slow: { limits: { concurrency: 2, timeoutSeconds: 60 } },
  flaky: { limits: { concurrency: 4, timeoutSeconds: 60 } },
  hangs: { limits: { concurrency: 2, timeoutSeconds: 3 } },
  away: { limits: { concurrency: 4, timeoutSeconds: 60 } },
} as const;

export const version = '1.0.0';

/** What a file says in its first line, and what each model that it names does with it, every time. */
const dooms = {
  /** 422, with words. */
  refuse: ['slow', 'flaky', 'hangs', 'away'],
  /** 500. */
  fault: ['flaky'],
  /** The model's process ends. */
  crash: ['flaky'],
  /** No answer, ever. */
  hang: ['hangs'],
} as const satisfies Record<string, readonly ModelName[]>;
export type Doom = keyof typeof dooms;

export const isDoomed = (doom: Doom | undefined, model: ModelName): doom is Doom =>
  doom !== undefined && (dooms[doom] as readonly ModelName[]).includes(model);

/** What a model writes down of each call, in a file that outlives it. */
export interface JournalLine {
  /** Milliseconds since 1970. */
  at: number;
  prediction: string;
  /** `began`, and then what came of it; nothing more, where the model was killed. */
  what: 'began' | 'answered' | 'refused' | 'busy' | 'misbehaved' | 'dropped' | 'crowded';
  detail?: string;
}

/** What the server tells a prediction process. */
export type ToProcess =
  | {
      kind: 'predict';
      path: string;
      /** For what it makes. */
      folder: string;
      size: number;
      sha256: string | undefined;
      prediction: string | undefined;
      fileName: string | undefined;
      mime: string | undefined;
    }
  | { kind: 'abort'; reason: string };

export type PredictOrder = Extract<ToProcess, { kind: 'predict' }>;

/** What a prediction process tells the server. */
export type FromProcess =
  | { kind: 'ready' }
  | { kind: 'answer'; answer: unknown }
  | { kind: 'refusal'; message: string }
  | { kind: 'error'; message: string; stack: string | undefined };

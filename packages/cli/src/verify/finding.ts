/** Something that is not as it was. */
export interface Finding {
  kind: 'record' | 'checkpoint' | 'result' | 'object';
  /** Which: of a record its number, of an object its SHA-256, of a result its prediction. */
  name: string;
  message: string;
}

export type Report = (finding: Finding) => void;

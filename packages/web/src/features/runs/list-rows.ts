import type { Answers } from '../../lib/trpc.ts';

type Run = Answers['runs']['get'];

/** A file of the run, or what a model made of one: that stands below what it was made from. */
export type RunRow = Pick<
  Run['objects'][number],
  'sha256' | 'fileName' | 'mediaType' | 'mime' | 'size' | 'mismatch'
> & {
  /** Steps from the file; 0: the file itself. */
  depth: number;
  /** The model that made it. */
  madeBy: string | null;
  /** Where in what it was made from, seconds. */
  start: number | null;
};

// Nothing is derived further; it also ends what is made in a circle.
const deepest = 16;

export function listRows({ objects, derived }: Pick<Run, 'objects' | 'derived'>): RunRow[] {
  const heirs = Map.groupBy(derived, ({ parent }) => parent);
  const below = (sha256: Run['objects'][number]['sha256'], line: readonly string[]): RunRow[] =>
    (line.length > deepest ? [] : (heirs.get(sha256) ?? [])).flatMap((heir) => {
      if (line.includes(heir.sha256)) return [];
      const { mediaType, mime, size, model, label, start } = heir;
      const row: RunRow = {
        ...{ sha256: heir.sha256, mediaType, mime, size, start, mismatch: null },
        ...{ fileName: label || `made by ${model}`, madeBy: model, depth: line.length },
      };
      return [row, ...below(heir.sha256, [...line, heir.sha256])];
    });
  return objects.flatMap((file) => [
    { ...file, depth: 0, madeBy: null, start: null },
    ...below(file.sha256, [file.sha256]),
  ]);
}

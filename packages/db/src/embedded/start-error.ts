/** What kept Assay from starting, in one sentence for the person at the terminal: shown without a stack, exit code 1. */
export class StartError extends Error {
  override name = 'StartError';
}

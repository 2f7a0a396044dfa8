/** The file has no such preview. The message says why, to people. */
export class CannotPreview extends Error {
  override name = 'CannotPreview';
}

/**
 * Thrown by `predict` when this object can't be predicted and never will be: it can't be decoded, it
 * is of another type, it is too large. The pipeline shows the message to people as it is.
 */
export class CannotPredict extends Error {
  override name = 'CannotPredict';
}

/** Something answers, but not as a model does. */
export class ProtocolFault extends Error {
  override name = 'ProtocolFault';
}

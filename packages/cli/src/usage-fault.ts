/** Nothing could be done, and the message says what to change. Ends the command with exit code 2. */
export class UsageFault extends Error {
  override name = 'UsageFault';
}

/** Printable ASCII between spaces that is no word: an address, a number, a path, a piece of code. */
const noWord = /[\d@_\\={}<>|~^*#]|:\/\/|^www\.|\w\.\w/i;

/** The text with spaces in the place of what is in no language. Its length stays. */
export function maskText(text: string): string {
  return text.replace(/[!-~]+/g, (run) => (noWord.test(run) ? ' '.repeat(run.length) : run));
}

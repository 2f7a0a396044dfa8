import { Silero, silero } from './silero.ts';
import { type SpeechRange, SpeechRanges } from './speech-ranges.ts';

/** Listens to one channel at the net's rate, window by window. */
export async function findSpeech(
  pieces: AsyncIterable<Float32Array>,
  signal: AbortSignal,
): Promise<{ ranges: SpeechRange[]; duration: number }> {
  const net = new Silero();
  const found = new SpeechRanges(silero.window / silero.rate);
  const window = new Float32Array(silero.window);
  let filled = 0;
  let samples = 0;
  for await (const piece of pieces) {
    samples += piece.length;
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + silero.window - filled);
      window.set(part, filled);
      at += part.length;
      filled += part.length;
      if (filled < silero.window) continue;
      found.push(await net.listen(window));
      filled = 0;
      signal.throwIfAborted();
    }
  }
  if (filled) found.push(await net.listen(window.fill(0, filled)));
  const duration = samples / silero.rate;
  return { ranges: found.finish(duration), duration };
}

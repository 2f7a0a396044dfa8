/** How sound tracks are written. */
export interface Settings {
  format: 'flac' | 'wav';
  /** Hz; undefined: the track's own. */
  sampleRate: number | undefined;
  mono: boolean;
}

/** From VIDEO_TO_AUDIO_FORMAT (flac, wav), VIDEO_TO_AUDIO_RATE (Hz) and VIDEO_TO_AUDIO_MONO (1). Throws what is wrong. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const { VIDEO_TO_AUDIO_FORMAT: format = 'flac', VIDEO_TO_AUDIO_RATE: rate, VIDEO_TO_AUDIO_MONO: mono = '' } = env;
  if (format !== 'flac' && format !== 'wav') throw new Error(`VIDEO_TO_AUDIO_FORMAT is ${format}; allowed: flac, wav`);
  const sampleRate = rate ? Number(rate) : undefined;
  if (sampleRate !== undefined && !(Number.isInteger(sampleRate) && sampleRate >= 8000 && sampleRate <= 192_000))
    throw new Error(`VIDEO_TO_AUDIO_RATE is ${rate}; allowed: 8000 to 192000`);
  return { format, sampleRate, mono: mono === '1' };
}

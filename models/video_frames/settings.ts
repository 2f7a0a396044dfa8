/** Which frames are taken, and how they are written. */
export interface Settings {
  format: 'jpeg' | 'png';
  /** At the least one frame in so many seconds; of a long video in more, so that `most` are enough. */
  interval: number;
  most: number;
}

/** From VIDEO_FRAMES_FORMAT (jpeg, png), VIDEO_FRAMES_INTERVAL (seconds) and VIDEO_FRAMES_MOST. Throws what is wrong. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const {
    VIDEO_FRAMES_FORMAT: format = 'jpeg',
    VIDEO_FRAMES_INTERVAL: interval = '5',
    VIDEO_FRAMES_MOST: most = '200',
  } = env;
  if (format !== 'jpeg' && format !== 'png') throw new Error(`VIDEO_FRAMES_FORMAT is ${format}; allowed: jpeg, png`);
  if (!(Number(interval) >= 0.1)) throw new Error(`VIDEO_FRAMES_INTERVAL is ${interval}; allowed: 0.1 and more`);
  if (!(Number.isInteger(Number(most)) && Number(most) >= 1 && Number(most) <= 2000))
    throw new Error(`VIDEO_FRAMES_MOST is ${most}; allowed: 1 to 2000`);
  return { format, interval: Number(interval), most: Number(most) };
}

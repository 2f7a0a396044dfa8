import { type RefObject, useEffect, useState } from 'react';

export interface MediaClock {
  time: number;
  /** Seconds; null until the browser knows. */
  duration: number | null;
  playing: boolean;
  broken: boolean;
}

/** Follows a video or audio element; while it plays, at the screen's own pace. */
export function useMediaClock(media: RefObject<HTMLMediaElement | null>): MediaClock {
  const [clock, setClock] = useState<MediaClock>({ time: 0, duration: null, playing: false, broken: false });
  useEffect(() => {
    const element = media.current;
    if (element === null) return;
    let frame = 0;
    const read = () => {
      const { currentTime, duration, paused, error } = element;
      setClock({
        time: currentTime,
        duration: Number.isFinite(duration) ? duration : null,
        playing: !paused,
        broken: error !== null,
      });
    };
    const follow = () => {
      read();
      if (!element.paused) frame = requestAnimationFrame(follow);
    };
    const events = ['loadedmetadata', 'durationchange', 'timeupdate', 'seeked', 'pause', 'ended', 'error'] as const;
    for (const event of events) element.addEventListener(event, read);
    element.addEventListener('play', follow);
    read();
    return () => {
      cancelAnimationFrame(frame);
      for (const event of events) element.removeEventListener(event, read);
      element.removeEventListener('play', follow);
    };
  }, [media]);
  return clock;
}

const plainEvery = 5000;

/** Says on stderr what goes on: a line that changes on a terminal, elsewhere a plain line now and then. */
export function startProgress(title) {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  let detail = '';
  const line = () => `${title}${detail && `: ${detail}`} (${seconds()})`;
  const live = process.stderr.isTTY;
  const show = () =>
    process.stderr.write(live ? `\r\x1b[K${line().slice(0, (process.stderr.columns ?? 80) - 1)}` : `${line()}\n`);
  process.stderr.write(live ? '' : `${title}…\n`);
  const timer = setInterval(show, live ? 200 : plainEvery);
  return {
    say(text) {
      detail = text;
    },
    end(outcome) {
      clearInterval(timer);
      process.stderr.write(`${live ? '\r\x1b[K' : ''}${title}: ${outcome} (${seconds()})\n`);
    },
  };
}

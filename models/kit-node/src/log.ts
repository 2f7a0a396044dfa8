/** One JSON line to stderr. */
export function logError(message: string, facts: Record<string, unknown> = {}) {
  process.stderr.write(`${JSON.stringify({ level: 'error', time: new Date().toISOString(), message, ...facts })}\n`);
}

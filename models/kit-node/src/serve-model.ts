import { logError } from './log.ts';

export interface ModelOptions {
  /** The folder's model.json. */
  manifest: URL;
  /** A module that exports `predict` and, if it has something to load, `init`. */
  predictor: URL;
}

function readAddress(env: NodeJS.ProcessEnv) {
  const port = Number(env.PORT ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT is ${JSON.stringify(env.PORT)}; allowed: 0 (any free port) to 65535`);
  }
  return { host: env.HOST || '127.0.0.1', port };
}

/**
 * Serves a model as the protocol `assay/1` asks, on HOST (127.0.0.1) and PORT (any free one), until
 * SIGTERM or SIGINT. Predictions run in processes of their own, as many as `limits.concurrency`.
 * Prints one JSON line to stdout when it listens. A manifest that is not valid ends the process with
 * code 1 and a line on stderr that names the field. With ASSAY_REGISTER_URL and ASSAY_API_KEY it says to that Assay where
 * it is (ASSAY_MODEL_URL, or where it listens) as soon as it can predict.
 */
export async function serveModel({ manifest: file, predictor }: ModelOptions): Promise<void> {
  try {
    // Here, since predictors import this package too, in processes that serve nothing: half of their start.
    const [{ readManifest }, { startModel }, { readRegistration, registerItself }] = await Promise.all([
      import('./read-manifest.ts'),
      import('./start-model.ts'),
      import('./register-itself.ts'),
    ]);
    const manifest = await readManifest(file);
    const registration = readRegistration(process.env);
    const model = await startModel(manifest, predictor, readAddress(process.env));
    const { name, version } = manifest;
    process.stdout.write(
      `${JSON.stringify({ level: 'info', message: `listening on ${model.url}`, url: model.url, name, version })}\n`,
    );
    const stopped = new AbortController();
    if (registration) {
      const own = { ...registration, url: registration.url ?? model.url };
      void model.loaded.then((ready) => (ready ? registerItself(own, stopped.signal) : undefined));
    }
    const stop = () => {
      stopped.abort();
      void model.close().then(() => process.exit(0));
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  } catch (error) {
    logError((error as Error).message);
    process.exitCode = 1;
  }
}

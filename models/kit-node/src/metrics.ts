import type { ServerResponse } from 'node:http';
import type { Manifest } from '@assay/shared';

export interface Metrics {
  /** Counts and times a prediction from its headers to the end of its answer. */
  watch(response: ServerResponse): void;
  /** GET /metrics, for Prometheus. */
  send(response: ServerResponse): Promise<void>;
}

/** What Prometheus may ask of a model. `countRunning`: the predictions that run now. */
export function createMetrics(manifest: Manifest, countRunning: () => number): Metrics {
  let opened: ReturnType<typeof openSeries> | undefined;
  const open = () => {
    opened ??= openSeries(manifest, countRunning);
    return opened;
  };
  return {
    watch(response) {
      const began = performance.now();
      response.once('close', () => {
        const status = response.writableFinished ? String(response.statusCode) : 'cancelled';
        const seconds = (performance.now() - began) / 1000;
        void open().then(({ count }) => count(status, seconds));
      });
    },
    async send(response) {
      const { registry } = await open();
      response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
    },
  };
}

async function openSeries({ name, version, limits }: Manifest, countRunning: () => number) {
  // A quarter of a server's start, and most of them are not asked for long.
  const { Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  registry.setDefaultLabels({ model: name, version });
  const registers = [registry];
  const predictions = new Counter({
    name: 'assay_model_predictions_total',
    help: 'Requests of POST /predict that ended, by the status of the answer; cancelled: the caller went away first',
    labelNames: ['status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'assay_model_prediction_seconds',
    help: 'Seconds from the headers of POST /predict to the end of a 200',
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000],
    registers,
  });
  new Gauge({
    name: 'assay_model_running',
    help: 'Predictions that run now',
    registers,
    collect() {
      this.set(countRunning());
    },
  });
  new Gauge({ name: 'assay_model_concurrency', help: 'limits.concurrency', registers }).set(limits.concurrency);

  const count = (status: string, took: number) => {
    predictions.inc({ status });
    if (status === '200') seconds.observe(took);
  };
  return { registry, count };
}

import { findFreePort } from '@assay/db';
import type { BundledModel } from '../bundled-models.ts';
import { startChild } from '../child.ts';
import { modelChild } from '../children.ts';

export interface ServedModel {
  url: string;
  /** What it printed so far. */
  said: readonly string[];
  stop(): Promise<void>;
}

const ports = new Set<number>();

/** For tests: starts a model as `assay serve` does. */
export async function serveModel(model: BundledModel): Promise<ServedModel> {
  const port = await findFreePort(undefined, ports);
  ports.add(port);
  const said: string[] = [];
  const child = startChild(modelChild(model, port, process.env), (line) => said.push(line));
  const stop = async () => {
    child.kill('SIGKILL');
    await child.ended;
  };
  return { url: `http://127.0.0.1:${port}`, said, stop };
}

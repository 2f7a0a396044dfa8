// What is killed comes back, and what is stopped stops in order.
import type { AssayClient } from '@assay/cli';
import { makeNewText, waitForResults } from './pipeline.mts';
import type { Stack } from './stack.mts';
import { waitFor } from './wait.mts';

interface Ground {
  stack: Stack;
  client: AssayClient;
  say: (text: string) => void;
  signal: AbortSignal;
}

/** Uploads a new text, kills the process of a service at once, and waits for its return and the text's results. */
export async function killAndRecover(ground: Ground, service: string, models: string[]): Promise<string> {
  const { stack, client, say, signal } = ground;
  const before = await stack.inspect(service);
  const { objects } = await client.upload({ files: [makeNewText()], models });
  const began = performance.now();
  // Below the container's first process, which nobody inside may kill. The shell dies with the container.
  await stack.run(service, 'kill -KILL $(cat /proc/1/task/1/children)').catch(() => undefined);
  say(`${service} was killed`);
  await waitFor(
    async () => {
      const { RestartCount, State } = await stack.inspect(service);
      return (RestartCount > before.RestartCount && State.Health?.Status === 'healthy') || undefined;
    },
    { minutes: 5, missing: () => `${service} has not come back`, signal },
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  await waitForResults(
    client,
    objects.map(({ sha256 }) => sha256),
    { say, signal },
  );
  const later = await client.upload({ files: [makeNewText()], models });
  await waitForResults(
    client,
    later.objects.map(({ sha256 }) => sha256),
    { say, signal },
  );
  return `back and healthy after ${seconds} s; the upload of before and one of afterwards have their results`;
}

/** Stops everything as `docker stop` does, and looks how it ended. */
export async function stopInOrder(stack: Stack, services: string[]): Promise<string> {
  const began = performance.now();
  await stack.compose(['stop']);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const faults: string[] = [];
  for (const service of services) {
    const { State } = await stack.inspect(service);
    if (State.ExitCode !== 0) faults.push(`${service} ended with ${State.ExitCode}`);
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return `${services.length} containers ended with exit code 0, in ${seconds} s`;
}

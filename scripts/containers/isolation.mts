// What somebody could do who has taken over a container, tried from inside it.

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Stack } from './stack.mts';

// Addresses of documentation (RFC 5737): nobody is there, but whoever has a way out does not know that.
const nowhere = '198.51.100.1:80';

const script = (targets: string[]) => `
echo "uid $(id -u)"
grep -E '^(CapEff|CapBnd|NoNewPrivs):' /proc/self/status | tr -d ':' | tr '\\t' ' '
for file in /probe /etc/probe /usr/bin/probe /app/probe; do
  if said=$(LC_ALL=C touch $file 2>&1); then echo "wrote $file"; else case $said in *Read-only*) ;; *) echo "wrote $said";; esac; fi
done
echo > /tmp/probe && rm /tmp/probe && echo 'scratch yes'
for target in ${targets.join(' ')}; do
  said=$(timeout 3 bash -c "exec 3<>/dev/tcp/\${target%:*}/\${target##*:}" 2>&1)
  case $? in
    0) echo "reached $target";;
    124) echo "silent $target";;
    *) case $said in *refused*) echo "reached $target";; *) echo "failed $target";; esac;;
  esac
done`;

interface Probe {
  uid: string;
  reached: string[];
  faults: string[];
}

async function probe(stack: Stack, service: string, targets: string[]): Promise<Probe> {
  const lines = (await stack.run(service, script(targets))).split('\n').map((line) => line.trim().split(' '));
  const values = (key: string) => lines.filter(([first]) => first === key).map(([, ...rest]) => rest.join(' '));
  const uid = values('uid')[0] ?? '';
  const faults: string[] = [];
  if (!/^\d+$/.test(uid) || uid === '0') faults.push(`its user is ${uid || 'not known'}`);
  for (const key of ['CapEff', 'CapBnd'])
    if (!/^0+$/.test(values(key)[0] ?? '')) faults.push(`it has capabilities (${key} ${values(key)[0]})`);
  if (values('NoNewPrivs')[0] !== '1') faults.push('it can gain privileges');
  for (const file of values('wrote')) faults.push(`its root is not read-only: ${file}`);
  if (values('scratch')[0] !== 'yes') faults.push('it has no scratch folder');
  return { uid, reached: values('reached'), faults };
}

async function checkSettings(stack: Stack, service: string): Promise<string[]> {
  const { HostConfig } = await stack.inspect(service);
  const faults: string[] = [];
  if (!HostConfig.ReadonlyRootfs) faults.push('its root is not read-only');
  if (!HostConfig.CapDrop?.includes('ALL')) faults.push('not all capabilities are dropped');
  if (!HostConfig.SecurityOpt?.some((option) => option.startsWith('no-new-privileges')))
    faults.push('it can gain privileges');
  if (HostConfig.Memory <= 0) faults.push('it has no memory limit');
  if ((HostConfig.PidsLimit ?? 0) <= 0) faults.push('it has no limit of processes');
  return faults;
}

/** Somebody on this machine who listens on all of its addresses, as many services do. */
async function listen() {
  const server = createServer((socket) => socket.end()).listen(0, '0.0.0.0');
  await new Promise((resolve) => server.once('listening', resolve));
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => void server.close() };
}

/** What the containers of this stack should not reach from the models' network, and whether the way there is open at all. */
async function findTargets(stack: Stack, port: number) {
  const addressOn = async (service: string, network: string) =>
    (await stack.inspect(service)).NetworkSettings.Networks[stack.networkNamed(network)];
  const database = await addressOn('database', 'database');
  const entrance = await addressOn('api', 'entrance');
  const anyModel = await addressOn('image_shape', 'models');
  return {
    database: ['database:5432', `${database?.IPAddress}:5432`],
    api: [`${entrance?.IPAddress}:${new URL(stack.url).port}`],
    machine: `${entrance?.Gateway}:${port}`,
    // Where this machine would be, had it an address in the models' network.
    gateway: `${anyModel?.IPAddress.replace(/\d+$/, '1')}:${port}`,
  };
}

/** Tries it in each of these models. Throws with all that should not be. */
export async function checkIsolation(stack: Stack, models: string[], say: (text: string) => void): Promise<string> {
  using listener = await listen();
  const { database, api, machine, gateway } = await findTargets(stack, listener.port);
  const faults: string[] = [];
  const uids = new Set<string>();

  // A probe that reaches nothing anywhere would prove nothing.
  const fromApi = await probe(stack, 'api', [...database, ...api, machine]);
  for (const target of [...database, ...api])
    if (!fromApi.reached.includes(target)) faults.push(`api: it can't reach ${target}, so the probe proves nothing`);
  const fromWorker = await probe(stack, 'worker', [...database, 'image_shape:8000', ...api, nowhere]);
  for (const target of [...database, 'image_shape:8000'])
    if (!fromWorker.reached.includes(target)) faults.push(`worker: it can't reach ${target}`);
  for (const target of [...api, nowhere])
    if (fromWorker.reached.includes(target)) faults.push(`worker: it reaches ${target}`);
  for (const [service, { faults: found }] of [
    ['api', fromApi],
    ['worker', fromWorker],
  ] as const)
    faults.push(...found.map((fault) => `${service}: ${fault}`));

  for (const model of models) {
    say(model);
    const { uid, reached, faults: found } = await probe(stack, model, [...database, ...api, machine, gateway, nowhere]);
    uids.add(uid);
    faults.push(
      ...found.map((fault) => `${model}: ${fault}`),
      ...reached.map((target) => `${model}: it reaches ${target}`),
    );
  }
  for (const service of [...models, 'api', 'worker', 'database'])
    faults.push(...(await checkSettings(stack, service)).map((fault) => `${service}: ${fault}`));
  // The image starts it as root; the server itself must not be.
  const server = await stack.run(
    'database',
    'for p in /proc/[0-9]*; do test "$(cat $p/comm)" != postgres || grep -hE "^(Uid|CapEff):" $p/status; done',
  );
  if (!server.includes('CapEff') || /^Uid:\t0\b|^CapEff:\t.*[^0\s]/m.test(server))
    faults.push(`database: its server has rights:\n${server}`);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const machineToo = fromApi.reached.includes(machine)
    ? ', nor this machine'
    : '; whether this machine was not tried, since the engine is on another';
  return `${models.length} models run as user ${[...uids].join(' or ')}, write only their scratch folder, have no capabilities, and reach neither the database, the API nor the outside${machineToo}`;
}

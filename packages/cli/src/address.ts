import { StartError, tryPort } from '@assay/db';

const faults: Record<string, (host: string, port: number) => string> = {
  EADDRINUSE: (host, port) => `Port ${port} on ${host} is taken by another program. Set PORT to a free one.`,
  EACCES: (host, port) => `Port ${port} on ${host} is open to root only. Set PORT to one above 1023.`,
  EADDRNOTAVAIL: (host) => `This machine has no address ${host}. Set HOST to one of its own, such as 127.0.0.1.`,
  ENOTFOUND: (host) => `The name ${host} is not known. Set HOST to an address of this machine, such as 127.0.0.1.`,
};

/** Throws a StartError when the API could not listen there. */
export async function checkAddress(host: string, port: number): Promise<void> {
  const code = await tryPort(host, port);
  if (!code) return;
  const explain = faults[code];
  throw new StartError(explain ? explain(host, port) : `Assay can't listen on ${host}, port ${port}: ${code}.`);
}

const anywhere = new Set(['0.0.0.0', '::', '127.0.0.1', '::1', 'localhost']);

/** The address for a browser on this machine. */
export function webAddress(host: string, port: number): string {
  return `http://${anywhere.has(host) ? 'localhost' : bracket(host)}:${port}`;
}

/** The address for ourselves, without a name that might resolve to where nobody listens. */
export function localAddress(host: string, port: number): string {
  const target = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${bracket(target)}:${port}`;
}

const bracket = (host: string) => (host.includes(':') ? `[${host}]` : host);

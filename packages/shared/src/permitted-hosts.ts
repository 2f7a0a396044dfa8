import { z } from 'zod';

/** Where an operator permits models to be, or webhooks to go. */
export interface PermittedHosts {
  /** Lower case. */
  names: Set<string>;
  ranges: { address: string; bits: number; family: 'ipv4' | 'ipv6' }[];
}

const name = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*$/i;
const onlyDigits = /^[\d.]+$/;

/** Names (`face-detect`), addresses (`10.0.0.7`, `fd00::7`) and ranges (`10.0.0.0/24`). Throws an Error that names the first that is none. */
export function parseHosts(hosts: string[]): PermittedHosts {
  const permitted: PermittedHosts = { names: new Set(), ranges: [] };
  for (const host of hosts) {
    const range = parseRange(host);
    if (range) permitted.ranges.push(range);
    else if (name.test(host) && !onlyDigits.test(host)) permitted.names.add(host.toLowerCase());
    else throw new Error(`${host} is not a host name, an address or a range such as 10.0.0.0/24`);
  }
  return permitted;
}

function parseRange(text: string): PermittedHosts['ranges'][number] | undefined {
  const [address = '', bits] = text.split('/', 2);
  const ipv4 = z.ipv4().safeParse(address).success;
  if (!ipv4 && !z.ipv6().safeParse(address).success) return undefined;
  const most = ipv4 ? 32 : 128;
  const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (!(length >= 0 && length <= most)) throw new Error(`${text} is not a range: behind the / are 0 to ${most} bits`);
  return { address, bits: length, family: ipv4 ? 'ipv4' : 'ipv6' };
}

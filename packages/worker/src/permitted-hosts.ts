import { lookup as lookUp } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { parseHosts } from '@assay/shared';

/** An address that the operator has not permitted. Nothing was sent there. */
export class HostNotPermitted extends Error {
  override name = 'HostNotPermitted';

  constructor({ what, variable }: Asked, host: string, address: string) {
    const where = address === host ? host : `${host}, which is ${address},`;
    super(
      isOfTheNetwork(address)
        ? `${what} at ${where} are never asked: it is an address of the network's own`
        : `${what} at ${where} are not permitted. Who runs Assay can permit them in ${variable}`,
    );
  }
}

/** Who is asked there, and where the operator says which are permitted. */
interface Asked {
  what: 'Models' | 'Webhooks';
  variable: string;
}

export const askedModels: Asked = { what: 'Models', variable: 'ASSAY_MODEL_HOSTS' };
export const askedWebhooks: Asked = { what: 'Webhooks', variable: 'ASSAY_WEBHOOK_HOSTS' };

/** Whom this worker may ask. Looked at with each connection, since a name may lead elsewhere by then. */
export interface HostRules {
  /** Throws HostNotPermitted for an address that is none of the permitted ones; a name is found out by `lookup`. */
  check(host: string): void;
  /** As `dns.lookup`; fails with HostNotPermitted when any address of the name is not permitted. */
  lookup: LookupFunction;
}

// Where clouds answer questions about the machine itself, its keys among them.
const ofTheNetwork = new BlockList();
ofTheNetwork.addSubnet('169.254.0.0', 16, 'ipv4');
ofTheNetwork.addSubnet('fe80::', 10, 'ipv6');
ofTheNetwork.addAddress('fd00:ec2::254', 'ipv6');
ofTheNetwork.addSubnet('0.0.0.0', 8, 'ipv4');
ofTheNetwork.addAddress('::', 'ipv6');

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

const isOfTheNetwork = (address: string) => ofTheNetwork.check(address, familyOf(address));

/** `permitted` is as `parseHosts` takes it: names, addresses and ranges. This machine's own are always permitted. */
export function permitHosts(permitted: string[], asked: Asked): HostRules {
  const { names, ranges } = parseHosts(permitted);
  const addresses = new BlockList();
  addresses.addSubnet('127.0.0.0', 8, 'ipv4');
  addresses.addAddress('::1', 'ipv6');
  for (const { address, bits, family } of ranges) addresses.addSubnet(address, bits, family);

  const checkAddress = (host: string, address: string, isNamed: boolean) => {
    if (isOfTheNetwork(address) || !(isNamed || addresses.check(address, familyOf(address))))
      throw new HostNotPermitted(asked, host, address);
  };

  return {
    check(host) {
      const bare = host.replace(/^\[|\]$/g, '');
      if (isIP(bare) > 0) checkAddress(bare, bare, false);
    },
    lookup(host, options, callback) {
      lookUp(host, { ...options, all: true }, (error, found) => {
        if (error) return callback(error, '');
        try {
          for (const { address } of found) checkAddress(host, address, names.has(host.toLowerCase()));
        } catch (refused) {
          return callback(refused as NodeJS.ErrnoException, '');
        }
        if (options.all) return callback(null, found);
        const [first] = found;
        callback(null, first?.address ?? '', first?.family);
      });
    },
  };
}

import { lookup as lookUp } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { parseModelHosts } from '@assay/shared';

/** An address of a model that the operator has not permitted. Nothing was sent there. */
export class HostNotPermitted extends Error {
  override name = 'HostNotPermitted';

  constructor(host: string, address: string) {
    const where = address === host ? host : `${host}, which is ${address},`;
    super(
      isNeverAModel(address)
        ? `Models at ${where} are never asked: it is an address of the network's own`
        : `Models at ${where} are not permitted. Who runs Assay can permit them in ASSAY_MODEL_HOSTS`,
    );
  }
}

/** Where models may be. Asked with each connection, since a name may lead elsewhere by then. */
export interface ModelHosts {
  /** Throws HostNotPermitted for an address that is none of the permitted ones; a name is found out by `lookup`. */
  check(host: string): void;
  /** As `dns.lookup`; fails with HostNotPermitted when any address of the name is not permitted. */
  lookup: LookupFunction;
}

// Where clouds answer questions about the machine itself, its keys among them: never a model.
const neverAModel = new BlockList();
neverAModel.addSubnet('169.254.0.0', 16, 'ipv4');
neverAModel.addSubnet('fe80::', 10, 'ipv6');
neverAModel.addAddress('fd00:ec2::254', 'ipv6');
neverAModel.addSubnet('0.0.0.0', 8, 'ipv4');
neverAModel.addAddress('::', 'ipv6');

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

const isNeverAModel = (address: string) => neverAModel.check(address, familyOf(address));

/** `permitted` is as `parseModelHosts` takes it: names, addresses and ranges. This machine's own are always permitted. */
export function permitHosts(permitted: string[]): ModelHosts {
  const { names, ranges } = parseModelHosts(permitted);
  const addresses = new BlockList();
  addresses.addSubnet('127.0.0.0', 8, 'ipv4');
  addresses.addAddress('::1', 'ipv6');
  for (const { address, bits, family } of ranges) addresses.addSubnet(address, bits, family);

  const checkAddress = (host: string, address: string, isNamed: boolean) => {
    if (isNeverAModel(address) || !(isNamed || addresses.check(address, familyOf(address))))
      throw new HostNotPermitted(host, address);
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

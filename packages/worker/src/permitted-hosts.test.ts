import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { askedModels, HostNotPermitted, permitHosts } from './permitted-hosts.ts';

const hostOf = (url: string) => new URL(url).hostname;

describe('an address', () => {
  test.each([
    ['of this machine', 'http://127.0.0.1:9000', []],
    ['of this machine, as one number', 'http://2130706433', []],
    ['of this machine, in IPv6', 'http://[::1]:9000', []],
    ['that is permitted', 'http://10.0.0.7', ['10.0.0.7']],
    ['of a permitted range', 'http://10.0.0.7', ['models', '10.0.0.0/24']],
    ['of a permitted range, in IPv6', 'http://[fd00::7]', ['fd00::/64']],
  ])('%s is asked', (_, url, permitted) => {
    expect(() => permitHosts(permitted, askedModels).check(hostOf(url))).not.toThrow();
  });

  test.each([
    ['of another machine', 'http://10.0.0.7', []],
    ['outside of the permitted range', 'http://10.0.1.7', ['10.0.0.0/24']],
    ['of the house', 'http://192.168.1.1', ['10.0.0.0/8']],
    ['of the internet', 'http://93.184.215.14', []],
    ['in IPv6, of another machine', 'http://[fd00::7]', ['fd01::/64']],
    ['of another machine, as IPv6 writes it', 'http://[::ffff:10.0.0.7]', []],
    ['where clouds give out keys', 'http://169.254.169.254', ['169.254.169.254', '0.0.0.0/0']],
    ['where clouds give out keys, as one number', 'http://2852039166', ['0.0.0.0/0']],
    ['where clouds give out keys, as IPv6 writes it', 'http://[::ffff:169.254.169.254]', ['0.0.0.0/0', '::/0']],
    ['where clouds give out keys, in IPv6', 'http://[fd00:ec2::254]', ['::/0']],
    ['of a neighbour on the wire', 'http://[fe80::1]', ['::/0']],
    ['that means every one of this machine', 'http://0.0.0.0', ['0.0.0.0/0']],
  ])('%s is not asked', (_, url, permitted) => {
    expect(() => permitHosts(permitted, askedModels).check(hostOf(url))).toThrow(HostNotPermitted);
  });
});

// The system's own look-up answers an address with itself, so no name server takes part.
describe('where a name leads', () => {
  const find = (name: string, permitted: string[]) =>
    promisify(permitHosts(permitted, askedModels).lookup)(name, { all: true });

  test('counts, not the name', async () => {
    await expect(find('10.0.0.7', [])).rejects.toThrow(HostNotPermitted);
    expect(await find('10.0.0.7', ['10.0.0.0/24'])).toEqual([{ address: '10.0.0.7', family: 4 }]);
  });

  test('is this machine for localhost', async () => {
    expect(await find('localhost', [])).not.toEqual([]);
  });

  test('is for a permitted name what its server says, but never where clouds give out keys', async () => {
    expect(await find('localhost', ['LOCALHOST'])).not.toEqual([]);
    await expect(find('169.254.169.254', ['0.0.0.0/0'])).rejects.toThrow(/169\.254\.169\.254 are never asked/);
  });
});

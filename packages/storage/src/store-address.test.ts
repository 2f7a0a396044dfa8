import { expect, test } from 'vitest';
import { parseStoreUrl } from './store-address.ts';

test('a folder', () => {
  expect(parseStoreUrl('file:///srv/a%20b')).toEqual({ kind: 'file', root: '/srv/a b' });
});

test('a bucket of Amazon', () => {
  expect(parseStoreUrl('s3://evidence')).toEqual({
    kind: 's3',
    bucket: 'evidence',
    prefix: '',
    endpoint: undefined,
    region: undefined,
    pathStyle: false,
  });
  expect(parseStoreUrl('s3://evidence?region=eu-west-1')).toMatchObject({ region: 'eu-west-1', pathStyle: false });
});

test('a bucket of a server of one’s own', () => {
  const server = 's3://evidence/unit%207//2026/?endpoint=http://10.0.0.7:9000';
  expect(parseStoreUrl(server)).toEqual({
    kind: 's3',
    bucket: 'evidence',
    prefix: 'unit 7/2026',
    endpoint: 'http://10.0.0.7:9000',
    region: 'us-east-1',
    pathStyle: true,
  });
  expect(parseStoreUrl(`${server}&pathStyle=false&region=lab`)).toMatchObject({ pathStyle: false, region: 'lab' });
});

test.each([
  ['objects', /^must be a URL such as file:.* or s3:/],
  ['http://host/bucket', /^must be a URL such as/],
  ['file://otherhost/share', /^must name a folder of this machine/],
  ['s3://key:secret@evidence', /^must not hold credentials: set AWS_ACCESS_KEY_ID/],
  ['s3://localhost:9000/evidence', /^must start with the bucket.*\?endpoint=/],
  ['s3:///evidence', /^must start with a bucket: "" is none/],
  ['s3://Evidence_7', /^must start with a bucket: "Evidence_7" is none/],
  ['s3://evidence?endpiont=http://a', /^has the unknown option endpiont: there are endpoint, region, pathStyle$/],
  ['s3://evidence?endpoint=10.0.0.7:9000', /^must have an http or https URL as its endpoint/],
  ['s3://evidence?pathStyle=yes', /^must have true or false as its pathStyle/],
])('%s is refused', (url, sentence) => {
  expect(() => parseStoreUrl(url)).toThrow(sentence);
});

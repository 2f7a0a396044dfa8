import { fileURLToPath } from 'node:url';

export interface S3Address {
  kind: 's3';
  bucket: string;
  /** Of every key, without slashes at its ends; '' for none. */
  prefix: string;
  /** Undefined: Amazon's own. */
  endpoint: string | undefined;
  /** Undefined: what the AWS SDK finds in the environment. */
  region: string | undefined;
  /** The bucket is named in the path and not in the host. */
  pathStyle: boolean;
}

export type StoreAddress = { kind: 'file'; root: string } | S3Address;

const examples = 'file:///srv/assay/objects or s3://bucket/prefix?endpoint=http://127.0.0.1:9000&region=us-east-1';
const options = ['endpoint', 'region', 'pathStyle'];

/** Reads a store's address. Throws an Error that says what it must be: "must be a URL such as ...". */
export function parseStoreUrl(text: string): StoreAddress {
  if (!URL.canParse(text)) throw new Error(`must be a URL such as ${examples}`);
  const url = new URL(text);
  if (url.protocol === 's3:') return parseS3(url);
  if (url.protocol !== 'file:') throw new Error(`must be a URL such as ${examples}`);
  try {
    return { kind: 'file', root: fileURLToPath(url) };
  } catch (error) {
    throw new Error('must name a folder of this machine, such as file:///srv/assay/objects', { cause: error });
  }
}

function parseS3(url: URL): S3Address {
  if (url.username || url.password)
    throw new Error('must not hold credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  if (url.port)
    throw new Error('must start with the bucket, s3://bucket: the server goes into ?endpoint=http://host:port');
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(url.host))
    throw new Error(
      `must start with a bucket: "${url.host}" is none (3 to 63 small letters, digits, dots and hyphens)`,
    );
  const unknown = [...url.searchParams.keys()].find((name) => !options.includes(name));
  if (unknown) throw new Error(`has the unknown option ${unknown}: there are ${options.join(', ')}`);

  const option = (name: string) => url.searchParams.get(name) || undefined;
  const endpoint = option('endpoint');
  if (endpoint && !(URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol)))
    throw new Error('must have an http or https URL as its endpoint, such as endpoint=http://127.0.0.1:9000');
  const pathStyle = option('pathStyle') ?? String(endpoint !== undefined);
  if (!['true', 'false'].includes(pathStyle)) throw new Error('must have true or false as its pathStyle');
  return {
    kind: 's3',
    bucket: url.host,
    prefix: decodeURIComponent(url.pathname).split('/').filter(Boolean).join('/'),
    endpoint,
    // A server of one's own has no regions, but the SDK signs for one.
    region: option('region') ?? (endpoint && 'us-east-1'),
    pathStyle: pathStyle === 'true',
  };
}

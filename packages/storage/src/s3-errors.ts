import type { S3Address } from './store-address.ts';

/** Whether the server answered with this HTTP status. HEAD has no other words. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof Error && '$metadata' in error && statusOf(error) === status;
}

const statusOf = (error: object) => (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

/** What an operator has to know and do about a bucket that can't be used, in a sentence. */
export function explainS3Failure(error: unknown, { bucket, endpoint = 'Amazon S3' }: S3Address): string {
  const { name, message, code } = error as { name: string; message: string; code?: string };
  switch (name) {
    case 'NoSuchBucket':
      return `There is no bucket ${bucket} at ${endpoint}: create it, or correct the store's address`;
    case 'AccessDenied':
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
    case 'ExpiredToken':
      return `${endpoint} refuses the bucket ${bucket} (${name}): check the AWS credentials and their permissions`;
    case 'CredentialsProviderError':
      return `There are no credentials for ${endpoint}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
      return `The bucket ${bucket} is in another region: correct the region in the store's address (${message})`;
    default:
      return `${endpoint} can't be used: ${[code, message].filter(Boolean).join(' ') || name}`;
  }
}

export { prepareTestS3, type TestS3 } from './testing/s3-server.ts';

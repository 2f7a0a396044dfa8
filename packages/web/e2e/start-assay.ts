import { startAssay } from '@assay/cli/testing';
import { administrator } from './fixtures.ts';

/** One Assay for all of the tests; what is returned stops it. */
export default async function setUp(): Promise<() => Promise<void>> {
  const { url, stop } = await startAssay(administrator);
  process.env.ASSAY_TEST_URL = url;
  return stop;
}

import { startAssay } from '@assay/cli/testing';
import { administrator, models } from './fixtures.ts';

/** One Assay for all of the tests, with one model or two for each type; what is returned stops it. */
export default async function setUp(): Promise<() => Promise<void>> {
  const { url, stop } = await startAssay(administrator, { ASSAY_BUNDLED_MODELS: models.join() });
  process.env.ASSAY_TEST_URL = url;
  return stop;
}

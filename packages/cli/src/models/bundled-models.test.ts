import { join } from 'node:path';
import { prepareTestEnvironment } from '@assay/python/testing';
import { test } from 'vitest';
import { findBundledModels } from '../bundled-models.ts';
import { checkout } from '../checkout.ts';
import { expectToPass } from './check/expect-to-pass.ts';
import { serveModel } from './serve-model.ts';

const linked = join(checkout.models, 'kit-python');

test.concurrent.for(findBundledModels(checkout.models))(
  '$name keeps to the protocol',
  { timeout: 600_000 },
  async (model, context) => {
    if (model.python) {
      const environment = await prepareTestEnvironment({
        linked,
        requirements: join(model.folder, 'requirements.txt'),
      });
      if ('lacking' in environment) context.skip(`lacking ${environment.lacking}`);
    }
    await expectToPass(await serveModel(model), context);
  },
);

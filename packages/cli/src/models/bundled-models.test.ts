import { test } from 'vitest';
import { findBundledModels } from '../bundled-models.ts';
import { checkout } from '../checkout.ts';
import { expectToPass } from './check/expect-to-pass.ts';
import { serveModel } from './serve-model.ts';

test.concurrent.for(findBundledModels(checkout.models))(
  '$name keeps to the protocol',
  { timeout: 120_000 },
  async (model, context) => expectToPass(await serveModel(model), context),
);

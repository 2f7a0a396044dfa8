import { serveModel } from '@assay/kit-node';

await serveModel({
  manifest: new URL('./model.json', import.meta.url),
  predictor: new URL('./predict.ts', import.meta.url),
});

import { kindOf, type NewModel, printJson, printManifest, printReadme } from './new-model.ts';

/** The files of a model in TypeScript that runs as it is and keeps to the protocol, by name. */
export function makeNodeFiles(model: NewModel): Record<string, string> {
  const predictor = predictors[kindOf(model)];
  const start = 'node server.ts';
  return {
    'model.json': printManifest(model, [predictor.class], start),
    'package.json': printJson({
      name: `@assay/model-${model.name.replaceAll('_', '-')}`,
      private: true,
      type: 'module',
      scripts: { start, measure: 'assay-measure', types: 'tsc -p .' },
      dependencies: { ...predictor.dependencies, '@assay/kit-node': 'workspace:*' },
    }),
    'tsconfig.json': '{ "extends": "../../tsconfig.base.json", "include": ["*.ts"] }\n',
    'server.ts': `import { serveModel } from '@assay/kit-node';

await serveModel({
  manifest: new URL('./model.json', import.meta.url),
  predictor: new URL('./predict.ts', import.meta.url),
});
`,
    'predict.ts': predictor.code.replace('ACCEPTS', model.accepts.map((type) => `'${type}'`).join(', ')),
    'README.md': printReadme(model),
  };
}

interface Predictor {
  class: string;
  dependencies?: Record<string, string>;
  code: string;
}

const predictors: Record<'image' | 'text' | 'other', Predictor> = {
  image: {
    class: 'megapixels',
    dependencies: { '@assay/kit-image': 'workspace:*' },
    code: `import { decodeImage } from '@assay/kit-image';
import type { Predict } from '@assay/kit-node';

/** Replace this by your model: pixels are RGB, as people see the picture. */
export const predict: Predict = async ({ path }) => {
  const { width, height } = await decodeImage(path, { maxSide: 1024 });
  return { result: { megapixels: (width * height) / 1e6 } };
};
`,
  },
  text: {
    class: 'words',
    code: `import type { Predict } from '@assay/kit-node';

/** Replace this by your model. */
export const predict: Predict = async (object) => {
  const text = await object.text();
  return { result: { words: text.split(/\\s+/).filter(Boolean).length } };
};
`,
  },
  other: {
    class: 'bytes',
    code: `import { CannotPredict, type Predict } from '@assay/kit-node';

const accepts = [ACCEPTS];

/** Replace this by your model: \`path\` is a file with the object's bytes. Throw CannotPredict for what it can't decode. */
export const predict: Predict = async ({ size }, { mime = '' }) => {
  if (!accepts.some((type) => mime.startsWith(\`\${type}/\`)))
    throw new CannotPredict(\`This is \${mime || 'of an unknown type'}, and not \${accepts.join(' or ')}\`);
  return { result: { bytes: size } };
};
`,
  },
};

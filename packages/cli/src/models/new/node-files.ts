import type { MediaType } from '@assay/shared';

export interface NewModel {
  name: string;
  accepts: MediaType[];
}

/** The files of a model in TypeScript that runs as it is and keeps to the protocol, by name. */
export function makeNodeFiles({ name, accepts }: NewModel): Record<string, string> {
  const predictor = choosePredictor(accepts);
  return {
    'model.json': printJson({
      protocol: 'assay/1',
      name,
      version: '0.1.0',
      title: name.replaceAll('_', ' '),
      description: 'Say here what it finds, and how far it can be relied on.',
      licence: '',
      accepts,
      tags: [],
      classes: [predictor.class],
      limits: { maxBytes: 200_000_000, timeoutSeconds: 60, concurrency: 1 },
      start: 'node server.ts',
    }),
    'package.json': printJson({
      name: `@assay/model-${name.replaceAll('_', '-')}`,
      private: true,
      type: 'module',
      scripts: { start: 'node server.ts', measure: 'assay-measure', types: 'tsc -p .' },
      dependencies: { ...predictor.dependencies, '@assay/kit-node': 'workspace:*' },
    }),
    'tsconfig.json': '{ "extends": "../../tsconfig.base.json", "include": ["*.ts"] }\n',
    'server.ts': `import { serveModel } from '@assay/kit-node';

await serveModel({
  manifest: new URL('./model.json', import.meta.url),
  predictor: new URL('./predict.ts', import.meta.url),
});
`,
    'predict.ts': predictor.code,
    'README.md': `# ${name}

What it finds, in a sentence.

**How good.** Measured how, on what.

**Licences.** Of the code, the weights and the packages.

**What it can't do.**
`,
  };
}

/** As the formatter has it: a short list is on one line. */
const printJson = (value: unknown) =>
  `${JSON.stringify(value, null, 2).replace(/\[\s+("[^\]]*")\s+\]/g, (_, items: string) => `[${items.replace(/\s+/g, ' ')}]`)}\n`;

interface Predictor {
  class: string;
  dependencies?: Record<string, string>;
  code: string;
}

const forImages: Predictor = {
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
};

const forTexts: Predictor = {
  class: 'words',
  code: `import type { Predict } from '@assay/kit-node';

/** Replace this by your model. */
export const predict: Predict = async (object) => {
  const text = await object.text();
  return { result: { words: text.split(/\\s+/).filter(Boolean).length } };
};
`,
};

const forTypes = (accepts: MediaType[]): Predictor => ({
  class: 'bytes',
  code: `import { CannotPredict, type Predict } from '@assay/kit-node';

const accepts = [${accepts.map((type) => `'${type}'`).join(', ')}];

/** Replace this by your model: \`path\` is a file with the object's bytes. Throw CannotPredict for what it can't decode. */
export const predict: Predict = async ({ size }, { mime = '' }) => {
  if (!accepts.some((type) => mime.startsWith(\`\${type}/\`)))
    throw new CannotPredict(\`This is \${mime || 'of an unknown type'}, and not \${accepts.join(' or ')}\`);
  return { result: { bytes: size } };
};
`,
});

function choosePredictor(accepts: MediaType[]): Predictor {
  const [type, another] = accepts;
  if (another === undefined && type === 'image') return forImages;
  if (another === undefined && type === 'text') return forTexts;
  return forTypes(accepts);
}

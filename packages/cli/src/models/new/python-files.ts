import { kindOf, type NewModel, printManifest, printReadme } from './new-model.ts';

/** The files of a model in Python that runs as it is and keeps to the protocol, by name. */
export function makePythonFiles(model: NewModel): Record<string, string> {
  const { classes, packages, code } = predictors[kindOf(model)];
  return {
    // Assay's own command makes the environment, so that a new requirement counts at the next start.
    'model.json': printManifest(model, classes, 'node ../../packages/cli/src/main.ts models serve-folder .'),
    'requirements.txt': ['# What predict.py imports, a package a line.', ...packages, ''].join('\n'),
    'predict.py': code.replace('ACCEPTS', model.accepts.map((type) => `"${type}"`).join(', ')),
    'README.md': printReadme(model),
  };
}

interface Predictor {
  classes: string[];
  packages: string[];
  code: string;
}

const init = `

def init():
    """Load weights here. It runs once, before the first prediction, in this folder."""

`;

const predictors: Record<'image' | 'text' | 'other', Predictor> = {
  image: {
    classes: ['megapixels'],
    packages: ['Pillow', 'pillow-heif'],
    code: `from assay_kit import ModelObject
from assay_kit.pictures import decode_image
${init}
def predict(object: ModelObject):
    """Replace this by your model. The picture is Pillow's, in RGB, as people see it."""
    picture = decode_image(object.path, max_side=1024)
    return {"result": {"megapixels": picture.width * picture.height / 1e6}}
`,
  },
  text: {
    classes: ['words'],
    packages: [],
    code: `from assay_kit import ModelObject
${init}
def predict(object: ModelObject):
    """Replace this by your model."""
    return {"result": {"words": len(object.text().split())}}
`,
  },
  other: {
    classes: ['bytes'],
    packages: [],
    code: `from assay_kit import CannotPredict, ModelObject

ACCEPTED = (ACCEPTS,)
${init}
def predict(object: ModelObject):
    """
    Replace this by your model. object.path is a file with the object's bytes; raise CannotPredict for what you can't
    decode. object.cancelled is set when nobody waits any more.
    """
    mime = object.mime or "of an unknown type"
    if mime.split("/")[0] not in ACCEPTED:
        raise CannotPredict(f"This is {mime}, and not {' or '.join(ACCEPTED)}")
    return {"result": {"bytes": object.size}}
`,
  },
};

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findPython } from '@assay/python';
import { answerSchema, manifestSchema } from '@assay/shared';
import { expect, test } from 'vitest';

// What needs no packages is checked with the machine's Python as it is.
const python = await findPython().catch(() => undefined);
const program = `
import json, sys
from assay_kit.answer import BadAnswer, check_answer
from assay_kit.manifest import BadManifest, check_manifest

def run(check, document):
    try:
        return check(document)
    except (BadAnswer, BadManifest) as error:
        return {"fault": str(error)}

documents = json.load(sys.stdin)
json.dump({
    "manifests": [run(check_manifest, d) for d in documents["manifests"]],
    "answers": [run(lambda a: json.loads(check_answer(a, [])), d) for d in documents["answers"]],
}, sys.stdout)
`;

const manifest = { protocol: 'assay/1', name: 'a', version: '1.0.0', accepts: ['text'] };
const limits = (given: object) => ({ ...manifest, limits: given });
const manifests: Record<string, unknown>[] = [
  manifest,
  { ...manifest, unknown: 1, tags: ['x'], emits: ['audio'], classes: ['y'], title: 'T', licence: 'MIT' },
  { ...manifest, protocol: 'assay/2' },
  { ...manifest, name: 'A' },
  { ...manifest, name: 'a'.repeat(64) },
  { ...manifest, name: 'a\n' },
  { ...manifest, version: '1.0' },
  { ...manifest, version: '01.0.0' },
  { ...manifest, version: '1.0.0-rc.1+x' },
  { ...manifest, accepts: [] },
  { ...manifest, accepts: 'text' },
  { ...manifest, accepts: ['picture'] },
  { ...manifest, emits: [[]] },
  { ...manifest, tags: [''] },
  { ...manifest, tags: ['x'.repeat(101)] },
  { ...manifest, title: 'x'.repeat(201) },
  { ...manifest, description: 1 },
  limits({ maxBytes: 10, timeoutSeconds: 0.5, concurrency: 1000 }),
  limits({ maxBytes: 0 }),
  limits({ maxBytes: 1.5 }),
  limits({ timeoutSeconds: 0 }),
  limits({ timeoutSeconds: 86_401 }),
  limits({ concurrency: true }),
  limits({ concurrency: 1001 }),
  { ...manifest, limits: null },
];

const result = { n: 1 };
const annotate = (annotation: unknown) => ({ classes: ['n'], result, annotations: [annotation] });
const answers: unknown[] = [
  { classes: ['n'], result },
  { classes: [], result: {} },
  { classes: ['n'], result: { n: { deep: [1, 'x', null, true] } } },
  { classes: ['n'], result: { n: null } },
  { classes: ['n'], result: { '': 1 } },
  { classes: [''], result },
  { classes: 'n', result },
  { classes: ['n'], result: [1] },
  { classes: ['n'], result: 'x' },
  { classes: ['n'], result: { n: 'a\0b' } },
  { classes: ['n'], result: { n: ['\ud800'] } },
  { classes: ['n'], result: { n: '\ud83d\ude00' } },
  { classes: ['n'], result: { n: { 'a\0': 1 } } },
  { classes: ['n'], result, annotations: null },
  annotate({ label: 'x', score: 0.5, text: 't', box: { x: 0, y: 0, width: 1, height: 1 } }),
  annotate({ label: 'x', time: { start: 0, end: 1.5 }, span: { start: 0, end: 3 } }),
  annotate({ label: '' }),
  annotate({}),
  annotate('x'),
  annotate({ label: 'x', score: 1.1 }),
  annotate({ label: 'x', score: true }),
  annotate({ label: 'x', text: 3 }),
  annotate({ label: 'x', box: { x: 0, y: 0, width: 1 } }),
  annotate({ label: 'x', box: { x: -0.1, y: 0, width: 1, height: 1 } }),
  annotate({ label: 'x', time: { start: 2, end: 1 } }),
  annotate({ label: 'x', time: { start: -1, end: 1 } }),
  annotate({ label: 'x', span: { start: 0, end: 1.5 } }),
  annotate({ label: 'x', span: 'all' }),
];

if (!python) test.skip('lacking python3 of at least 3.10: what the kit for Python takes for the protocol');
else
  test('the kit takes and refuses what the schemas of the protocol do', () => {
    const cwd = fileURLToPath(new URL('.', import.meta.url));
    const { stdout, stderr } = spawnSync(python.path, ['-c', program], {
      cwd,
      input: JSON.stringify({ manifests, answers }),
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const said = JSON.parse(stdout) as { manifests: object[]; answers: object[] };
    const taken = (value: object) => ('fault' in value ? 'refused' : value);
    const expected = (parsed: { success: boolean; data?: unknown }) => (parsed.success ? parsed.data : 'refused');
    expect(said.manifests.map(taken)).toEqual(
      manifests.map((document) => expected(manifestSchema.safeParse(document))),
    );
    expect(said.answers.map(taken)).toEqual(answers.map((document) => expected(answerSchema.safeParse(document))));
  });

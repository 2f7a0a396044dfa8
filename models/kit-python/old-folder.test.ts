import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launchServer, startServer } from '@assay/kit-node/testing';
import { prepareTestEnvironment } from '@assay/python/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const environment = await prepareTestEnvironment({
  linked: here('.').replace(/\/$/, ''),
  requirements: here('test-folders/old-image/requirements.txt'),
});

const config = "model_name = 'Test Model'\nmodel_type = 'text'\nmodel_tags = 'a, b c,'\n";
const model = "def init(): pass\ndef predict(text): return {'classes': ['n'], 'result': {'n': len(text)}}\n";

if ('lacking' in environment) test.skip(`lacking ${environment.lacking}: folders of the old system`);
else describe('a folder of the old system', () => testFolders(environment.python));

async function makeFolder(files: Record<string, string>): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'kit-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return pathToFileURL(`${folder}/`);
}

function testFolders(python: string) {
  const command = { command: python, args: ['-m', 'assay_kit', '.'] };
  const start = async (files: Record<string, string>) => {
    const server = await startServer(await makeFolder({ 'config.py': config, 'model.py': model, ...files }), command);
    onTestFinished(() => void server.stop());
    const manifest = async () => (await (await fetch(`${server.url}/model`)).json()) as Record<string, unknown>;
    return { ...server, manifest };
  };

  test('gets the text when it is about text; name, tags and version come from config.py', async () => {
    const server = await start({ 'config.py': `${config}model_version = '2.1.0'\n` });
    expect(await server.manifest()).toMatchObject({
      name: 'test_model',
      title: 'Test Model',
      version: '2.1.0',
      accepts: ['text'],
      tags: ['a', 'b c'],
    });
    expect((await server.predict('grüße')).result).toEqual({ n: 5 });
    const refusal = await server.refusal(new Uint8Array([0xff]));
    expect(refusal).toEqual({ status: 422, message: 'This is not text in UTF-8' });
  });

  test('has the version of its content: the same for the same, another for another', async () => {
    const version = async (files: Record<string, string>) => (await (await start(files)).manifest()).version;
    const first = await version({});
    expect(first).toMatch(/^0\.0\.0\+[0-9a-f]{12}$/);
    expect(await version({ '.hidden': 'x', 'model.pyc': 'x' })).toBe(first);
    expect(await version({ 'weights.bin': 'x' })).not.toBe(first);
  });

  test('reads its own files in init, and finds the object by its bare name in the working directory', async () => {
    const code = [
      'import os, helper_of_model',
      "def init(): global weights; weights = open('weights.txt').read()",
      'def predict(name):',
      "    return {'result': {'bare': name == os.path.basename(name), 'bytes': open(name).read(), 'weights': weights}}",
    ].join('\n');
    const audio = config.replace("'text'", "'audio'");
    const files = { 'config.py': audio, 'model.py': code, 'weights.txt': 'w', 'helper_of_model.py': '' };
    const { predict } = await start(files);
    expect((await predict('abc')).result).toEqual({ bare: true, bytes: 'abc', weights: 'w' });
  });

  test.each([
    ['model_type = 3', /model_type is 3; allowed: image, video, audio, text/],
    ["model_type = 'picture'", /model_type is 'picture'; allowed: image, video, audio, text/],
    ['del model_type', /model_type is missing; allowed: image, video, audio, text/],
    ["model_version = '2.1'", /model_version: is \\"2\.1\\"; a version is semantic, such as 1\.2\.0/],
    ['model_name = 7', /model_name: is 7; a name is a-z/],
    ['model_tags = 7', /model_tags is 7; allowed: a text/],
    ['import nothing_like_it', /config\.py can't be run: ModuleNotFoundError: No module named 'nothing_like_it'/],
  ])('with "%s" in config.py ends with code 1 and the reason', async (line, message) => {
    const folder = await makeFolder({ 'config.py': `${config}${line}\n`, 'model.py': model });
    const ended = spawnSync(python, ['-m', 'assay_kit', fileURLToPath(folder)], { encoding: 'utf8' });
    expect([ended.status, ended.stderr]).toEqual([1, expect.stringMatching(message)]);
  });

  test.each([
    ['no predict', 'def init(): pass', 'model.py has no function predict()'],
    ['no init', 'def predict(text): pass', 'model.py has no function init()'],
    ['an init that raises', `${model}def init(): raise OSError('no weights')`, 'OSError: no weights'],
    ['an import that fails', 'import nothing_like_it', "ModuleNotFoundError: No module named 'nothing_like_it'"],
  ])('with %s says so in its health', async (_, code, detail) => {
    const server = await launchServer(await makeFolder({ 'config.py': config, 'model.py': code }), command);
    onTestFinished(() => void server.stop());
    const failed = { status: 'failed', detail };
    await vi.waitFor(async () => expect(await server.health()).toEqual(failed), { timeout: 10_000 });
  });

  test('whose predict returns something else fails that prediction, with what is wrong', async () => {
    const code = "def init(): pass\ndef predict(text): return eval(text, {'complex': complex})\n";
    const server = await start({ 'model.py': code });
    const message = async (text: string) => (await server.refusal(text)).message;
    expect(await message('[1]')).toBe('predict returned a list; it has to return a dict with "result"');
    expect(await message("{'classes': []}")).toBe("The model's answer is not valid: result: is missing");
    expect(await message("{'result': {'n': complex(1)}}")).toContain('result.n: a complex is nothing that JSON has');
    expect((await server.predict("{'classes': ['n'], 'result': {'n': 1}}")).result).toEqual({ n: 1 });
  });

  test.each([
    ["ValueError('cut off')", 422, 'ValueError: cut off'],
    ["OSError('image file is truncated')", 422, 'OSError: image file is truncated'],
    ['UnidentifiedImageError("no image")', 422, 'PIL.UnidentifiedImageError: no image'],
    ["OSError(5, 'Input/output error')", 500, 'OSError: [Errno 5] Input/output error'],
    ["RuntimeError('out of memory')", 500, 'RuntimeError: out of memory'],
  ])('whose predict raises %s answers %d', async (error, status, message) => {
    const code = 'from PIL import UnidentifiedImageError\ndef init(): pass\ndef predict(text): raise eval(text)\n';
    const server = await start({ 'model.py': code });
    expect(await server.refusal(error)).toEqual({ status, message });
  });

  test('that may lack /app/objects never puts it on the object', async () => {
    const code = "def init(): pass\ndef predict(name): raise ValueError('no video')\n";
    const folder = fileURLToPath(await makeFolder({ 'config.py': config, 'model.py': code }));
    const source = { kind: 'old', folder, objects: tmpdir(), lack: '/app/objects is not there', accepts: ['video'] };
    const program = [
      'import json, sys',
      'from assay_kit.load_predictor import load_predictor',
      'from assay_kit.predictor import ModelObject',
      'predict = load_predictor(json.loads(sys.argv[1]))',
      "predict(ModelObject('/tmp/x', '/tmp', 1, None, None, None, None))",
    ].join('\n');
    const { stderr } = spawnSync(python, ['-c', program, JSON.stringify(source)], { encoding: 'utf8' });
    expect(stderr).toContain('BadPredictor: ValueError: no video (perhaps because /app/objects is not there)');
  });

  test('that leaves files of objects behind when it is killed removes them when it starts again', async () => {
    const audio = config.replace("'text'", "'audio'");
    const code = 'import os\ndef init(): pass\ndef predict(name): return {"result": {"folder": os.getcwd()}}\n';
    const first = await start({ 'config.py': audio, 'model.py': code });
    const folder = String((await first.predict('x')).result.folder);
    await mkdir(folder, { recursive: true });
    const left = join(folder, `assay-test_model-${2 ** 22}-0`);
    await writeFile(left, 'evidence');
    await start({ 'config.py': audio, 'model.py': code });
    expect((await readdir(folder)).filter((name) => left.endsWith(name))).toEqual([]);
  });
}

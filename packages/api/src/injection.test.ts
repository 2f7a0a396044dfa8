import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { appRouter } from './router.ts';
import { postJson, startTestApi, type TestApi } from './testing.ts';

/*
 * Every text that a procedure takes, found in its schema, gets what means something to SQL, to HTTP or to HTML. It is a
 * text, or is refused: nothing of it is obeyed, and nothing breaks.
 */
const nasty = [
  `'; drop table "user"; --`,
  `' or '1'='1`,
  '$1 %s {{x}} \\',
  'a\r\nSet-Cookie: stolen=1\r\n\r\n<script>alert(1)</script>',
  '{"$ne": null}',
  'a\0b',
  '\ud800',
];

interface Schema {
  type?: string;
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  minLength?: number;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
  oneOf?: Schema[];
}
type Path = (string | number)[];

const plain = ['names', '0'.repeat(64), 'ada', 'http://127.0.0.1:9/', 'UTC'];

/** A value that the schema takes, and where in it texts are. */
function sample(schema: Schema, at: Path, texts: Path[]): unknown {
  const [first, ...rest] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (first) {
    // Of alternatives the richest: the others are null, or a word of a list.
    const branches = [first, ...rest];
    return sample(branches.find(({ type }) => type === 'object') ?? first, at, texts);
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) {
    texts.push(at);
    return schema.enum[0];
  }
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([key, each]) => [key, sample(each, [...at, key], texts)]),
      );
    case 'array':
      return schema.items ? [sample(schema.items, [...at, 0], texts)] : [];
    case 'string':
      texts.push(at);
      if (schema.format === 'uuid') return randomUUID();
      return plain.find((text) => new RegExp(schema.pattern ?? '').test(text)) ?? 'text';
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return false;
    default:
      return null;
  }
}

function put(value: unknown, [key, ...rest]: Path, text: string): unknown {
  if (key === undefined) return text;
  if (Array.isArray(value)) return value.map((each, i) => (i === key ? put(each, rest, text) : each));
  return { ...(value as object), [key]: put((value as Record<string, unknown>)[key], rest, text) };
}

const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: { type: string; inputs: z.ZodType[] } }>,
).flatMap(([name, { _def }]) => {
  const [input] = _def.inputs;
  // What goes out over a stream is refused in it: work-actions.test.ts.
  if (!input || _def.type === 'subscription') return [];
  const texts: Path[] = [];
  const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Schema;
  return [{ name, type: _def.type, value: sample(schema, [], texts), texts }];
});

let api: TestApi;
let admin: Record<string, string>;

beforeAll(async () => {
  api = await startTestApi();
  await api.addModels({ names: ['text'] });
  admin = await api.signIn();
});
afterAll(() => api.close());

test('there are texts to try', () => {
  expect(procedures.flatMap(({ texts }) => texts).length).toBeGreaterThan(50);
});

test.each(procedures.filter(({ texts }) => texts.length > 0))(
  'the texts of $name are texts',
  async ({ name, type, value, texts }) => {
    for (const at of texts)
      for (const text of nasty) {
        const input = JSON.stringify(put(value, at, text));
        const answer =
          type === 'query'
            ? await fetch(`${api.url}/trpc/${name}?input=${encodeURIComponent(input)}`, { headers: admin })
            : await fetch(`${api.url}/trpc/${name}`, {
                method: 'POST',
                body: input,
                headers: { ...admin, 'content-type': 'application/json' },
              });
        const said = await answer.text();
        const asked = `${name} ${at.join('.')} ${JSON.stringify(text)}`;
        expect([asked, answer.status, answer.status < 500 ? '' : said]).toEqual([asked, expect.any(Number), '']);
        expect(answer.headers.getSetCookie(), asked).toEqual([]);
        expect(answer.headers.get('content-type'), asked).toMatch(/^application\/json/);
      }
  },
);

const isRefusal = (status: number) => status >= 400 && status < 500;

test.each(nasty)('%j is a text in the fields of a form and of who signs in', async (text) => {
  for (const field of ['case', 'models', 'model_type', 'run', 'known', 'webhook']) {
    const body = new FormData();
    body.append('models', 'names');
    body.append(field, text);
    body.append('objects', new Blob([text]), 'a.txt');
    const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: admin, body });
    // There are cases of such names by now.
    expect([field, answer.status]).toEqual([
      field,
      field === 'case' ? expect.any(Number) : expect.toSatisfy(isRefusal),
    ]);
    expect(answer.status).toBeLessThan(500);
  }
  for (const person of [
    { username: text, password: 'x' },
    { username: 'ada', password: text },
  ]) {
    const answer = await postJson(`${api.url}/api/auth/sign-in/username`, person);
    expect(isRefusal(answer.status)).toBe(true);
    expect(answer.headers.getSetCookie()).toEqual([]);
  }
});

const toBase64 = (text: string) => Buffer.from(text).toString('base64');

/** An upload in pieces whose metadata has the text in that field; what is answered at its end, or before. */
async function sendTus(field: string, text: string, content: string): Promise<Response> {
  const metadata = { filename: 'a.txt', models: 'names', ...{ [field]: text } };
  const pairs = Object.entries(metadata).map(([name, value]) => `${name} ${toBase64(value)}`);
  const tus = { ...admin, 'tus-resumable': '1.0.0' };
  const begun = await fetch(`${api.url}/upload/tus`, {
    method: 'POST',
    headers: { ...tus, 'upload-length': String(content.length), 'upload-metadata': pairs.join() },
  });
  if (begun.status !== 201) return begun;
  return fetch(new URL(begun.headers.get('location') ?? '', api.url), {
    method: 'PATCH',
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: content,
  });
}

/** What the object's page, its results and its bytes say of its name. */
async function expectNamed(sha256: string, text: string): Promise<void> {
  const results = await postJson(`${api.url}/model/results`, [sha256], admin);
  const [{ fileNames }] = (await results.json()) as [{ fileNames: string[] }];
  expect(fileNames).toContain(text);
  const bytes = await fetch(`${api.url}/objects/${sha256}/content`, { headers: admin });
  expect(bytes.status).toBe(200);
  expect(bytes.headers.getSetCookie()).toEqual([]);
  expect(bytes.headers.get('content-disposition')).toMatch(/^attachment; filename/);
  expect(bytes.headers.get('content-type')).toBe('application/octet-stream');
  await bytes.text();
}

test.each(nasty)('%j is a text in the metadata of an upload in pieces', async (text) => {
  for (const field of ['filename', 'models', 'model_type', 'run', 'case', 'filetype']) {
    const answer = await sendTus(field, text, `Of ${field}: ${randomUUID()}`);
    const said = await answer.text();
    const asked = `${field} ${JSON.stringify(text)} ${said}`;
    expect(answer.headers.getSetCookie(), asked).toEqual([]);
    expect(answer.status, asked).toBeLessThan(500);
    if (answer.status !== 200) continue;
    expect(['filename', 'case', 'filetype'], asked).toContain(field);
    const { objects } = JSON.parse(said) as { objects: [{ fileName: string; sha256: string }] };
    if (field === 'filename') await expectNamed(objects[0].sha256, objects[0].fileName);
  }
});

test.each([
  'filename',
  'filename not-base64!',
  'filename YQ==,filename Yg==',
  `filename ${'A'.repeat(9000)}`,
  ',,,',
  ' ',
  '\u00ff\u00ff YQ==',
  `__proto__ ${btoa('x')},filename ${btoa('a.txt')},models ${btoa('names')}`,
  `constructor ${btoa('x')},filename ${btoa('a.txt')},models ${btoa('names')}`,
])('%j as the metadata of an upload in pieces breaks nothing', async (metadata) => {
  const answer = await fetch(`${api.url}/upload/tus`, {
    method: 'POST',
    headers: { ...admin, 'tus-resumable': '1.0.0', 'upload-length': '5', 'upload-metadata': metadata },
  });
  expect(answer.status, await answer.text()).toBeLessThan(500);
  expect(({} as Record<string, unknown>).filename).toBeUndefined();
});

test.each(nasty)('%j is a text as the name of a file', async (text) => {
  const body = new FormData();
  body.append('models', 'names');
  body.append('objects', new Blob([`A file. ${randomUUID()}`]), text);
  const answer = await fetch(`${api.url}/model/predict`, { method: 'POST', headers: admin, body });
  const said = await answer.text();
  expect(answer.status, said).toBe(202);
  const { objects } = JSON.parse(said) as { objects: [{ fileName: string; sha256: string }] };
  await expectNamed(objects[0].sha256, objects[0].fileName);
});

test('and afterwards all is as it was', async () => {
  const [people] = await api.db.execute(
    sql`select array_agg(username) as names, bool_or(disabled) as disabled from "user"`,
  );
  expect(people).toEqual({ names: ['ada'], disabled: false });
  expect((await fetch(`${api.url}/trpc/session.me`, { headers: admin })).status).toBe(200);
});

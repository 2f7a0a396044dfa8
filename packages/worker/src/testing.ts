import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface TestModel {
  name: string;
  url: string;
  /** Every call of POST /predict, in order. */
  calls: { body: Buffer; headers: IncomingMessage['headers']; aborted: boolean }[];
  /** What GET /health says. */
  health: string;
  /** Ends every call, as a process that dies does; who connects again finds it well. */
  breakConnections(): void;
  close(): Promise<void>;
}

type Predict = (res: ServerResponse, call: TestModel['calls'][number], n: number) => void;

/** A real HTTP model whose answers the test decides. */
export async function startTestModel(
  predict: Predict,
  manifest: Record<string, unknown> = {},
  port = 0,
): Promise<TestModel> {
  const server = createServer(async (req, res) => {
    if (req.url === '/health') return sendJson(res, 200, { status: model.health });
    if (req.url === '/model')
      return sendJson(res, 200, {
        protocol: 'assay/1',
        name: 'test_model',
        version: '1.0.0',
        accepts: ['image', 'text'],
        ...manifest,
      });
    const call = { headers: req.headers, body: Buffer.alloc(0), aborted: false };
    model.calls.push(call);
    const n = model.calls.length;
    res.once('close', () => {
      call.aborted = !res.writableFinished;
    });
    call.body = await buffer(req).catch(() => Buffer.alloc(0)); // the caller went away
    predict(res, call, n);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  let closing: Promise<void> | undefined;
  const model: TestModel = {
    name: String(manifest.name ?? 'test_model'),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    health: 'ready',
    breakConnections: () => server.closeAllConnections(),
    close() {
      closing ??= endServer(server);
      return closing;
    },
  };
  return model;
}

async function endServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

export function sendJson(res: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export type Part = { body: string | Buffer; derivation?: unknown };

/** An answer with objects; a derivation that is a text goes out as it is. */
export function sendForm(
  res: ServerResponse,
  parts: Part[],
  head: unknown = { classes: ['n'], result: { n: parts.length } },
) {
  res.writeHead(200, { 'content-type': 'multipart/form-data; boundary=b' });
  res.write('--b\r\nContent-Disposition: form-data; name="prediction"\r\nContent-Type: application/json\r\n\r\n');
  res.write(JSON.stringify(head));
  for (const { body, derivation } of parts) {
    const said = typeof derivation === 'string' ? derivation : JSON.stringify(derivation);
    res.write('\r\n--b\r\nContent-Disposition: form-data; name="object"; filename="o"\r\n');
    res.write(`Content-Type: application/octet-stream\r\n${said ? `Assay-Derivation: ${said}\r\n` : ''}\r\n`);
    res.write(body);
  }
  res.end('\r\n--b--\r\n');
}

// A model that answers at once, in a process of its own. The message `ready` lets it take work; told with it how many to
// expect, it says `asked` at the first of them and `answered` after the last. Else it says nothing: words that nobody
// waits for would be taken for later ones.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const manifest = JSON.stringify({
  protocol: 'assay/1',
  name: 'instant',
  version: '1.0.0',
  accepts: ['audio'],
  limits: { concurrency: 16 },
});
const answer = JSON.stringify({ classes: ['n'], result: { n: 1 } });
let status = 'starting';
let asked = 0;
let answers = 0;
let expected = 0;
process.on('message', (said: { status: 'ready' | 'starting'; expected?: number }) => {
  status = said.status;
  expected = said.expected ?? 0;
  asked = 0;
  answers = 0;
});
process.on('disconnect', () => process.exit());

const server = createServer((req, res) => {
  const json = { 'content-type': 'application/json' };
  if (req.url === '/health') return void res.writeHead(200, json).end(JSON.stringify({ status }));
  if (req.url === '/model') return void res.writeHead(200, json).end(manifest);
  if (++asked === 1 && expected > 0) process.send?.('asked');
  req.resume();
  req.once('end', () => {
    res.writeHead(200, json).end(answer);
    if (++answers === expected) process.send?.('answered');
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

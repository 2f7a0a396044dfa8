// A model that answers at once, in a process of its own. The message `ready` lets it take work; it says `asked` at the
// first prediction after each.
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
let isFirst = true;
process.on('message', (said: 'ready' | 'starting') => {
  status = said;
  isFirst = true;
});
process.on('disconnect', () => process.exit());

const server = createServer((req, res) => {
  const json = { 'content-type': 'application/json' };
  if (req.url === '/health') return void res.writeHead(200, json).end(JSON.stringify({ status }));
  if (req.url === '/model') return void res.writeHead(200, json).end(manifest);
  if (isFirst) process.send?.('asked');
  isFirst = false;
  req.resume();
  req.once('end', () => res.writeHead(200, json).end(answer));
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

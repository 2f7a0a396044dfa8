import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { checkAddress, localAddress, webAddress } from './address.ts';

test('a taken port is said in one sentence, and is free afterwards', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await expect(checkAddress('127.0.0.1', port)).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is taken by another program. Set PORT to a free one.`,
  );
  server.close();
  await once(server, 'close');
  await checkAddress('127.0.0.1', port);
});

test('an address of another machine is said in one sentence', async () => {
  await expect(checkAddress('192.0.2.1', 5000)).rejects.toThrow('This machine has no address 192.0.2.1.');
});

test('addresses for people and for ourselves', () => {
  expect(webAddress('127.0.0.1', 5000)).toBe('http://localhost:5000');
  expect(webAddress('10.0.0.7', 80)).toBe('http://10.0.0.7:80');
  expect(localAddress('0.0.0.0', 5000)).toBe('http://127.0.0.1:5000');
  expect(localAddress('::', 5000)).toBe('http://[::1]:5000');
});

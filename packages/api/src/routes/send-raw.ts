import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  status: number;
  head: string;
  body: string;
}

/** Bytes for the wire, or what else a sender does with its connection. */
export type Behaviour = Buffer | ((socket: Socket) => Promise<void> | void);

/**
 * Sends bytes as they are, over a connection of its own, and reads the first answer that is not an interim one, which
 * `bytes` shows too. Undefined when the connection ends without one.
 */
export async function sendRaw(port: number, behaviour: Behaviour): Promise<RawAnswer | undefined> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let seen = Buffer.alloc(0);
  const answer = new Promise<RawAnswer | undefined>((resolve) => {
    socket.on('data', (bytes) => {
      seen = Buffer.concat([seen, bytes]);
      const read = readAnswer(seen);
      if (read) resolve(read);
    });
    // A reset is how a refused sender may find out; what it has read by then counts.
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(undefined));
    socket.on('end', () => resolve(undefined));
  });
  try {
    if (Buffer.isBuffer(behaviour)) socket.write(behaviour);
    else await behaviour(socket);
    return await answer;
  } finally {
    socket.destroy();
  }
}

function readAnswer(bytes: Buffer): RawAnswer | undefined {
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const head = rest.toString('latin1', 0, end);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    rest = rest.subarray(end + 4);
    if (status === 100) continue;
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
    return rest.length < length ? undefined : { status, head, body: rest.toString('utf8', 0, length) };
  }
}

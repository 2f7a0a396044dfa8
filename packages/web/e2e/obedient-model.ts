import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What a model of a test does with the next objects: answers, holds back, refuses them, or breaks. */
type Mood = 'answers' | 'holds' | 'refuses' | 'breaks';

export interface ObedientModel {
  url: string;
  mood: Mood;
  version: string;
  /** Calls that Assay broke off. */
  calledOff: number;
  /** Answers what it holds back. */
  release(): void;
  /** Nobody listens any more; `listen` brings it back. */
  leave(): Promise<void>;
  listen(): Promise<void>;
}

const words = {
  refuses: 'This text has no sentence in it.',
  breaks: 'CUDA out of memory while reading interview-3.txt',
};

/** A real HTTP model for texts, one at a time, that does as it is told. */
export async function startObedientModel(name: string): Promise<ObedientModel> {
  const held = new Set<ServerResponse>();
  const send = (res: ServerResponse, status: number, body: unknown) =>
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const answer = (res: ServerResponse) => send(res, 200, { classes: ['words'], result: { words: 7 }, annotations: [] });
  const makeServer = () =>
    createServer(async (req, res): Promise<unknown> => {
      const { version, mood } = model;
      if (req.url === '/health') return send(res, 200, { status: 'ready' });
      if (req.url === '/model')
        return send(res, 200, {
          ...{ protocol: 'assay/1', name, version, title: 'Words', accepts: ['text'] },
          ...{ description: 'Counts the words of a text.', limits: { concurrency: 1 } },
        });
      await buffer(req).catch(() => {}); // called off meanwhile
      res.once('close', () => {
        if (!res.writableFinished) model.calledOff += 1;
        held.delete(res);
      });
      if (mood === 'holds') return held.add(res);
      if (mood === 'answers') return answer(res);
      return send(res, mood === 'refuses' ? 422 : 500, { error: { message: words[mood] } });
    });
  let server = makeServer();
  let port = 0;
  const model: ObedientModel = {
    url: '',
    mood: 'answers',
    version: '1.0.0',
    calledOff: 0,
    release() {
      for (const res of held) answer(res);
    },
    async leave() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    async listen() {
      server = makeServer();
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
      model.url = `http://127.0.0.1:${port}`;
    },
  };
  await model.listen();
  return model;
}

import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import { AppError, type Limits } from '@assay/shared';
import { reportRefusal } from './refusal.ts';
import { SenderWatch } from './sender-watch.ts';

type Exchange = { req: IncomingMessage; res: ServerResponse };

/**
 * The HTTP server before any route: answers what is no proper HTTP, whose headers are too many, and who sends too
 * slowly, as errors of ours; closes on who does not read its answer; and lets a route refuse a body before it is sent
 * (`Expect: 100-continue`).
 */
export function createDoor(limits: Limits, handle: RequestListener): Server {
  const server = createServer({
    // An upload takes as long as it takes; the watch notices a sender that has gone quiet.
    requestTimeout: 0,
    headersTimeout: limits.headerSeconds * 1000,
    connectionsCheckingInterval: Math.min(5000, limits.headerSeconds * 250),
    maxHeaderSize: limits.headerBytes,
    // Said here, with a reason.
    requireHostHeader: false,
  });
  const exchanges = new WeakMap<Socket, Exchange>();
  const watch = new SenderWatch(limits, (req, res, error) => {
    if (!reportRefusal(req, error)) answerRaw(req.socket, res, error);
  });
  const begin: RequestListener = (req, res) => {
    exchanges.set(req.socket, { req, res });
    if (req.headers.host === undefined && req.httpVersion === '1.1') {
      answerRaw(req.socket, res, new AppError('invalid_request', 'The request has no Host header'));
      return;
    }
    watch.watch(req, res);
    handle(req, res);
  };

  server.on('request', begin);
  server.on('checkContinue', (req, res) => {
    askForBodyWhenRead(req, res);
    begin(req, res);
  });
  server.on('checkExpectation', (req, res) => {
    const error = new AppError('expectation_failed', `Of Expect only 100-continue is known, not ${req.headers.expect}`);
    answerRaw(req.socket, res, error);
  });

  const failed = new WeakSet<Socket>();
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (failed.has(socket)) return;
    failed.add(socket);
    const exchange = exchanges.get(socket);
    if (!exchange || exchange.res.writableFinished) return answerRaw(socket, undefined, explain(error, limits));
    const { req, res } = exchange;
    // What came after a whole request is no request: that one is answered, and nothing after it.
    if (req.complete) return closeAfter(res, socket);
    if (!reportRefusal(req, explain(error, limits))) answerRaw(socket, res, explain(error, limits));
  });

  // Nothing moves: an answer may be in the making, and headers have a limit of their own.
  server.setTimeout(limits.idleSeconds * 1000, (socket: Socket) => {
    const exchange = exchanges.get(socket);
    if (exchange && (exchange.res.writableFinished || socket.writableLength > 0)) socket.destroy();
  });
  server.on('close', () => watch.close());
  return server;
}

/** The sender waits until it is asked for its body, which is when somebody begins to read it. */
function askForBodyWhenRead(req: IncomingMessage, res: ServerResponse): void {
  const read = req._read;
  req._read = function (size) {
    req._read = read;
    if (!res.headersSent) res.writeContinue();
    read.call(this, size);
  };
}

function closeAfter(res: ServerResponse, socket: Socket): void {
  if (!res.headersSent) res.setHeader('Connection', 'close');
  res.once('finish', () => socket.destroySoon());
}

function explain(error: NodeJS.ErrnoException, limits: Limits): AppError {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    const message = `The request's headers are longer than ${limits.headerBytes} bytes`;
    return AppError.of({ code: 'headers_too_large', message, limit: limits.headerBytes });
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const message = `The request's headers were not there within ${limits.headerSeconds} seconds`;
    return AppError.of({ code: 'request_timeout', message, limit: limits.headerSeconds });
  }
  if (error.code === 'HPE_INVALID_EOF_STATE')
    return AppError.of({ code: 'incomplete_upload', message: 'The request broke off before its end' });
  const reason = 'reason' in error ? error.reason : error.message;
  return AppError.of({ code: 'invalid_request', message: `The request is not proper HTTP: ${reason}` });
}

const lastWords = 2000;

/** Answers on the bare connection, where no route can any more, and closes it. */
function answerRaw(socket: Socket, res: ServerResponse | undefined, error: AppError): void {
  if (!socket.writable || res?.headersSent) {
    socket.destroy();
    return;
  }
  const body = Buffer.from(JSON.stringify(error.toBody()));
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${body.length}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
  // Closed with bytes unread, the connection would be reset, and the answer with it.
  const cut = setTimeout(() => socket.destroy(), lastWords);
  socket.once('close', () => clearTimeout(cut));
  socket.resume();
}

import { beginning, type HostileRequest, latin1, slowly, timeout, unfinishedFile } from './wire.ts';

/** Senders that take their time. */
export const slowSenders: HostileRequest[] = [
  {
    what: 'nothing after the request’s headers',
    send: beginning(Buffer.alloc(0)),
    expect: timeout(/^No bytes came for 1 seconds$/, 1),
  },
  {
    what: 'nothing after the beginning of a file',
    send: beginning(unfinishedFile),
    expect: timeout(/^No bytes came/, 1, 'clip.mp4'),
  },
  {
    what: 'a byte now and then',
    send: (authorization) =>
      slowly(
        beginning(unfinishedFile)(authorization),
        ...Array.from({ length: 40 }, () => [250, Buffer.from('x')]).flat(),
      ),
    expect: timeout(/^Fewer than 1024 bytes a second/, 1024, 'clip.mp4'),
  },
  {
    what: 'a connection and no more',
    send: () => latin1(''),
    expect: timeout(/headers were not there within 1 seconds/, 1),
  },
  {
    what: 'a request line and no more',
    send: () => latin1('POST /model/predict HTTP/1.1\r\nHost: assay\r\n'),
    expect: timeout(/headers were not there within 1 seconds/, 1),
  },
  {
    what: 'a header now and then',
    send: () =>
      slowly(
        latin1('POST /model/predict HTTP/1.1\r\n'),
        ...Array.from({ length: 20 }, () => [200, latin1('X: y\r\n')]).flat(),
      ),
    expect: timeout(/headers were not there/, 1),
  },
];

import { expecting, form, type HostileRequest, headOf, image, latin1, model, notAForm, request, type } from './wire.ts';

/** What is refused before the body is sent. */
export const refusedUnread: HostileRequest[] = [
  {
    what: 'Expect: 100-continue from a stranger',
    send: () => latin1(headOf(expecting(1000), 'Bearer nobody')),
    expect: { status: 401, code: 'not_signed_in' },
  },
  {
    what: 'Expect: 100-continue with too long a body',
    send: (authorization) => latin1(headOf(expecting(2_000_001), authorization)),
    expect: { status: 413, code: 'request_too_large', limit: 2_000_000 },
  },
  {
    what: 'Expect: 100-continue with no form',
    send: (authorization) => latin1(headOf(expecting(1000, ['Content-Type: text/plain']), authorization)),
    expect: notAForm,
  },
  {
    what: 'a stranger who sends on',
    send: () => request(Buffer.alloc(1_500_000))('Bearer nobody'),
    expect: { status: 401, code: 'not_signed_in' },
  },
  {
    what: 'a page of another site',
    send: request(form(image, model), { head: [type, 'Origin: http://elsewhere.example'] }),
    expect: { status: 403, code: 'not_allowed' },
  },
];

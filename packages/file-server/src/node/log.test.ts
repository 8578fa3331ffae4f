import { Writable } from 'node:stream';
import { TransferError } from '@mesibo-files/handler-core';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../http/refusal.ts';
import { logEvents } from './log.ts';
import { loggedError, withoutSecrets } from './log-error.ts';

describe('what is logged of an error', () => {
  it('is its name, code, message and causes, and nothing that a library hung on it', () => {
    const inner = Object.assign(new Error('403 for https://s3.test/b/k?X-Amz-Signature=secret1 given'), {
      $response: { headers: { authorization: 'secret2' } },
      config: { headers: { authorization: 'Bearer secret3' } },
    });
    const error = new Refusal(
      'not-ready',
      'No.',
      {},
      new TransferError('access-denied', 'no', { cause: inner }),
    );
    const logged = JSON.stringify(loggedError(error));
    expect(logged).not.toMatch(/secret/);
    expect(loggedError(error)).toMatchObject({
      type: 'Refusal',
      code: 'not-ready',
      cause: {
        type: 'TransferError',
        code: 'access-denied',
        cause: { message: '403 for https://s3.test/b/k?… given' },
      },
    });
  });

  it('ends somewhere, and takes anything', () => {
    const loop = new Error('loop');
    loop.cause = loop;
    expect(JSON.stringify(loggedError(loop)).match(/"loop"/g)).toHaveLength(6);
    for (const value of [undefined, null, 1, 'text', {}, Symbol('x')]) {
      expect(loggedError(value).type).toBe(typeof value);
    }
  });

  it.each([
    ['https://user:secret@host/path', 'https://…@host/path'],
    ['see "https://host/k?a=secret&b=secret"', 'see "https://host/k?…"'],
    ['PUT /bucket/key?X-Amz-Signature=secret failed', 'PUT /bucket/key?… failed'],
    ['Authorization: Bearer secret.secret-_', 'Authorization: Bearer …'],
    ['basic c2VjcmV0', 'basic …'],
    ['ticket eyJhbGciOiJkaXIi..iv.secret.tag ends', 'ticket … ends'],
    ['nothing here', 'nothing here'],
  ])('of %s there is %s', (text, shown) => {
    expect(withoutSecrets(text)).toBe(shown);
  });
});

it('a request is one line; probes that succeed are told to nobody who does not ask for them', () => {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const tell = logEvents(pino({ level: 'info' }, sink));
  const request = {
    type: 'request',
    requestId: 'r',
    method: 'POST',
    route: 'upload',
    status: 200,
    code: null,
    milliseconds: 12.345,
    uid: 7,
    bytes: 11,
  } as const;
  tell({ type: 'started', requestId: 'r', method: 'POST', route: 'upload' });
  tell(request);
  tell({ ...request, route: 'healthz' });
  tell({ ...request, route: 'readyz', status: 503, code: 'not-ready' });
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({ msg: 'request', requestId: 'r', uid: 7, bytes: 11, milliseconds: 12.3 });
  expect(lines[1]).toMatchObject({ route: 'readyz', status: 503 });
});

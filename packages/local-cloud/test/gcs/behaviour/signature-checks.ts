import { generateKeyPairSync } from 'node:crypto';
import { send } from '../request.ts';
import { answerOf, hour, observe, put } from './steps.ts';
import type { GcsCheck } from './types.ts';

const canonical = 'Canonical requests';
const signing = 'V4 signing process with your own program';
const errors = 'HTTP status and error codes for XML';

/** V4 signed URLs. */
export const signatureChecks: readonly GcsCheck[] = [
  {
    name: 'a signed PUT stores and a signed GET reads',
    source: 'Signed URLs',
    expected: { status: 200, body: 'hello' },
    run: async (server) => {
      await put(server, 'dir/ü +&=?#.txt', 'hello');
      const { status, body } = await server.signed({ method: 'GET', name: 'dir/ü +&=?#.txt' });
      return { status, body: body.toString() };
    },
  },
  {
    name: 'the host may be signed without its port',
    source: 'the official Node client, signer.ts (it signs the hostname)',
    expected: { status: 200 },
    run: (server) => observe(server, { method: 'PUT', name: 'a', body: 'x', sign: { host: '127.0.0.1' } }),
  },
  {
    name: 'another host does not match',
    source: canonical,
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    run: (server) =>
      observe(server, { method: 'PUT', name: 'a', body: 'x', sign: { host: 'storage.googleapis.com' } }),
  },
  {
    name: 'the bucket may be in the host',
    source: 'Request endpoints, XML API virtual hosted-style',
    expected: { status: 200 },
    run: async (server) => {
      const host = `${server.gcs.bucket}.localhost`;
      const endpoint = `http://${host}`;
      const { clientEmail, privateKey } = server.gcs;
      const { signUrl } = await import('../sign-url.ts');
      const url = signUrl({ method: 'PUT', endpoint, path: '/virtual' }, { clientEmail, privateKey });
      const body = 'x';
      return answerOf(
        await send(url.replace(endpoint, server.gcs.endpoint), { method: 'PUT', headers: { host }, body }),
      );
    },
  },
  {
    name: 'another method does not match',
    source: canonical,
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    run: async (server) =>
      answerOf(await send(server.url({ method: 'GET', name: 'a' }), { method: 'PUT', body: 'x' })),
  },
  {
    name: 'another object does not match',
    source: canonical,
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    run: async (server) => {
      const url = server.url({ method: 'PUT', name: 'mine' }).replace('/mine?', '/yours?');
      return answerOf(await send(url, { method: 'PUT', body: 'x' }));
    },
  },
  {
    name: 'a query parameter that was added does not match',
    source: canonical,
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    run: async (server) => {
      const url = `${server.url({ method: 'GET', name: 'a' })}&response-content-type=text/html`;
      return answerOf(await send(url, { method: 'GET' }));
    },
  },
  {
    name: 'a signed header must have the value that was signed',
    source: canonical,
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    run: async (server) => {
      const url = server.url({ method: 'PUT', name: 'a', headers: { 'content-type': 'video/mp4' } });
      return answerOf(
        await send(url, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/html' } }),
      );
    },
  },
  {
    name: 'a signed header must be sent',
    source: errors,
    expected: { status: 400, code: 'MalformedSecurityHeader' },
    run: async (server) => {
      const url = server.url({ method: 'PUT', name: 'a', headers: { 'x-goog-content-length-range': '0,9' } });
      return answerOf(await send(url, { method: 'PUT', body: 'x' }));
    },
  },
  {
    name: 'an x-goog header must be signed',
    source: canonical,
    expected: { status: 400, code: 'MalformedSecurityHeader' },
    run: (server) =>
      observe(server, { method: 'PUT', name: 'a', body: 'x', unsigned: { 'x-goog-meta-owner': 'eve' } }),
  },
  {
    name: 'other headers need not be signed',
    source: canonical,
    expected: { status: 200 },
    run: (server) =>
      observe(server, { method: 'PUT', name: 'a', body: 'x', unsigned: { 'content-type': 'text/plain' } }),
  },
  {
    name: 'an expired URL is refused',
    source: errors,
    expected: { status: 400, code: 'ExpiredToken' },
    run: (server) => observe(server, { method: 'GET', name: 'a', sign: { time: server.now() - hour } }),
  },
  {
    name: 'a URL of the future is refused',
    source: `assumed: ${errors} has the code for requests signed in a header`,
    expected: { status: 403, code: 'RequestTimeTooSkewed' },
    run: (server) => observe(server, { method: 'GET', name: 'a', sign: { time: server.now() + hour } }),
  },
  {
    name: 'a URL lives no longer than seven days',
    source: `assumed: ${signing}`,
    expected: { status: 400, code: 'InvalidArgument' },
    run: (server) => observe(server, { method: 'GET', name: 'a', sign: { expires: 604_801 } }),
  },
  {
    name: 'the scope names the day of the date',
    source: 'assumed: Signatures, credential scope',
    expected: { status: 400, code: 'MalformedSecurityHeader' },
    run: (server) =>
      observe(server, { method: 'GET', name: 'a', sign: { scope: '20200101/auto/storage/goog4_request' } }),
  },
  {
    name: 'the scope ends in storage/goog4_request',
    source: 'assumed: Signatures, credential scope',
    expected: { status: 400, code: 'MalformedSecurityHeader' },
    run: (server) => {
      const day = new Date(server.now()).toISOString().slice(0, 10).replaceAll('-', '');
      return observe(server, { method: 'GET', name: 'a', sign: { scope: `${day}/auto/s3/aws4_request` } });
    },
  },
  {
    name: 'another key does not match',
    source: errors,
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    run: (server) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      return observe(server, { method: 'GET', name: 'a', sign: { privateKey: pem } });
    },
  },
  {
    name: 'an unknown account does not match',
    source: errors,
    expected: { status: 403, code: 'SignatureDoesNotMatch' },
    run: (server) => observe(server, { method: 'GET', name: 'a', sign: { clientEmail: 'eve@example.com' } }),
  },
  {
    name: 'a signed POST only starts a resumable upload',
    source: `assumed: ${canonical}, HTTP verbs`,
    expected: { status: 403, code: 'AccessDenied' },
    run: (server) => observe(server, { method: 'POST', name: 'a', query: { uploads: '' } }),
  },
];

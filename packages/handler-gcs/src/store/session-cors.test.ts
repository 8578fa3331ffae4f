import { readFile } from 'node:fs/promises';
import type { SignedRequest } from '@mesibo-files/handler-core/provider';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../test/carry-out.ts';
import { call, fileFacts, optionsOf } from '../../test/facts.ts';
import { gcsSigner } from '../signer.ts';

const PAGE = 'https://chat.acme.example';

describe('the CORS rules of the README', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const [, rules = ''] = /`cors\.json`[^`]*```json\n([\s\S]*?)```/.exec(readme) ?? [];
    cloud = await startLocalCloud({ gcs: { buckets: [{ name: 'files', cors: JSON.parse(rules) }] } });
  });
  afterAll(() => cloud.stop());

  /** Which of the request's headers a browser would not be allowed to send; null where it may send nothing at all. */
  const forbidden = async (request: SignedRequest, more: readonly string[]): Promise<string[] | null> => {
    const asked = [...Object.keys(request.headers), ...more].filter((name) => name !== 'content-length');
    const { headers } = await send({ ...request, method: 'OPTIONS' as 'PUT', headers: {} }, undefined, {
      origin: PAGE,
      'access-control-request-method': request.method,
      'access-control-request-headers': asked.join(','),
    });
    if (headers['access-control-allow-origin'] !== PAGE) return null;
    const allowed = String(headers['access-control-allow-headers'] ?? '')
      .toLowerCase()
      .split(/\s*,\s*/);
    return asked.filter((name) => !allowed.includes(name));
  };

  it('allow every header that is sent', async () => {
    const options = {
      ...optionsOf(cloud.gcs),
      cacheControl: 'private',
      storageClass: 'NEARLINE',
      kmsKeyName: 'k',
    };
    for (const upload of ['session', 'multipart'] as const) {
      const signer = gcsSigner({ ...options, upload, origin: PAGE });
      const single = await signer.begin(fileFacts(), call);
      for (const { request } of single.signed) expect(await forbidden(request, [])).toEqual([]);
      const large = await signer.begin(fileFacts({ size: 9 * 1024 * 1024 }), call);
      const wanted = { number: 1, size: 8 * 1024 * 1024, digests: { crc32c: 'AAAAAA==' } };
      for (const { request } of await signer.sign(large.ticket, [wanted], call)) {
        expect(await forbidden(request, ['content-range', 'x-goog-hash'])).toEqual([]);
      }
    }
  });

  it('let a session answer the page whose origin the signer passed on, and no other', async () => {
    for (const [origin, answered] of [
      [PAGE, PAGE],
      ['https://other.example', undefined],
    ] as const) {
      const signer = gcsSigner({ ...optionsOf(cloud.gcs), origin });
      const plan = await signer.begin(fileFacts({ size: 9 * 1024 * 1024 }), call);
      const [part] = plan.signed;
      if (part === undefined) throw new Error('a session has a request');
      const { headers, status } = await send(part.request, new Uint8Array(), {
        origin: PAGE,
        'content-range': `bytes */${9 * 1024 * 1024}`,
      });
      expect(status).toBe(308);
      expect(headers['access-control-allow-origin']).toBe(answered);
    }
  });
});

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { send } from '../../test/carry-out.ts';
import { call, credentials, fileFacts, optionsOf, privateKey } from '../../test/facts.ts';
import { impersonating } from '../../test/impersonating-client.ts';
import { jsonRefusal, refusal, scriptedStore } from '../../test/scripted-store.ts';
import { gcsSigner } from '../signer.ts';

const EMPTY = { crc32c: 'AAAAAA==' };

describe('credentials', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await startLocalCloud();
  });
  afterAll(() => cloud.stop());
  afterEach(() => void vi.unstubAllEnvs());

  const begin = (options: object) =>
    gcsSigner({ bucket: 'files', endpoint: cloud.gcs.endpoint, ...options }).begin(
      fileFacts({ size: 0, digests: EMPTY }),
      call,
    );

  /** Where Google's libraries look, there is nothing. */
  const hideCredentials = async (): Promise<string> => {
    const empty = await mkdtemp(join(tmpdir(), 'mesibo-files-gcs-'));
    vi.stubEnv('HOME', empty);
    vi.stubEnv('CLOUDSDK_CONFIG', empty);
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '');
    return empty;
  };

  it('that are nowhere are credentials-missing', async () => {
    await hideCredentials();
    await expect(begin({})).rejects.toMatchObject({ code: 'credentials-missing', retryable: false });
    await expect(begin({ keyFilename: '/nowhere/key.json' })).rejects.toMatchObject({
      code: 'credentials-missing',
    });
  });

  it('of a person can not sign, and that is told', async () => {
    const file = join(await hideCredentials(), 'person.json');
    const person = { type: 'authorized_user', client_id: 'a', client_secret: 'b', refresh_token: 'c' };
    await writeFile(file, JSON.stringify(person));
    await expect(begin({ keyFilename: file })).rejects.toMatchObject({
      code: 'credentials-missing',
      hint: expect.stringContaining('service account'),
    });
  });

  it('come from a key file', async () => {
    const file = join(await hideCredentials(), 'key.json');
    await writeFile(file, JSON.stringify({ type: 'service_account', ...credentials }));
    const plan = await begin({ keyFilename: file });
    expect(plan.signed[0]?.request.url).toContain(encodeURIComponent(credentials.client_email));
  });

  it.each([
    ['no key at all', 'rubbish-instead'],
    ['half of a key', privateKey.slice(0, 400)],
  ])('with %s are credentials-wrong', async (_, private_key) => {
    await expect(begin({ credentials: { ...credentials, private_key } })).rejects.toMatchObject({
      code: 'credentials-wrong',
      message: expect.not.stringContaining(private_key.slice(5)),
    });
  });

  it('whose account is another are credentials-wrong, for the token too', async () => {
    const own = optionsOf(cloud.gcs);
    const signer = gcsSigner({ ...own, credentials: { ...own.credentials, ...credentials } } as typeof own);
    const url = `${cloud.gcs.endpoint}/${cloud.gcs.bucket}/mesibo/x`;
    await expect(signer.read(url, call)).rejects.toMatchObject({ code: 'credentials-wrong' });
  });

  it('whose token the store no longer takes are asked for a new one, once', async () => {
    const store = await scriptedStore(({ url, headers }) => {
      if (url.pathname === '/token') return null;
      return headers.range === undefined ? jsonRefusal(401, 'authError') : refusal(404, 'NoSuchKey');
    });
    const reading = store.signer().read(`${store.endpoint}/files/mesibo/x`, call);
    await expect(reading).rejects.toMatchObject({ code: 'credentials-wrong' });
    expect(store.asked.filter(({ url }) => url.pathname === '/token')).toHaveLength(2);
    expect(store.asked).toHaveLength(4);
    await store.close();
  });

  it('are exchanged for a token in one attempt: the engine retries, not the library', async () => {
    const store = await scriptedStore(({ url }) => (url.pathname === '/token' ? { status: 503 } : null));
    const reading = store.signer().read(`${store.endpoint}/files/mesibo/x`, call);
    await expect(reading).rejects.toMatchObject({ code: 'throttled', retryable: true });
    expect(store.asked).toHaveLength(1);
    await store.close();
  });

  it('with no key of their own sign by IAM', async () => {
    const { bucket, clientEmail, endpoint, privateKey: key, tokenUri } = cloud.gcs;
    const plan = await gcsSigner({
      bucket,
      client: impersonating({ endpoint, iam: endpoint, clientEmail, key, tokenUri }),
    }).begin(fileFacts({ size: 0, digests: EMPTY }), call);
    const [part] = plan.signed;
    if (part === undefined) throw new Error('nothing was signed');
    expect((await send(part.request, new Uint8Array())).status).toBe(200);
  });

  it('that IAM does not let sign are access-denied, and the role is named', async () => {
    const { bucket, clientEmail, endpoint, privateKey: key, tokenUri } = cloud.gcs;
    const body = JSON.stringify({ error: { code: 403, status: 'PERMISSION_DENIED', message: 'no' } });
    const headers = { 'content-type': 'application/json' };
    const store = await scriptedStore(() => ({ status: 403, headers, body }));
    const client = impersonating({ endpoint, iam: store.endpoint, clientEmail, key, tokenUri });
    const beginning = gcsSigner({ bucket, client }).begin(fileFacts({ size: 0, digests: EMPTY }), call);
    await expect(beginning).rejects.toMatchObject({
      code: 'access-denied',
      hint: expect.stringContaining('roles/iam.serviceAccountTokenCreator'),
    });
    await store.close();
  });
});

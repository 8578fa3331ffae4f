import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAnswer, StoreClock } from '@mesibo-files/handler-core/provider';
import { startLocalCloud } from '@mesibo-files/local-cloud';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DOWNLOAD_ANSWERS, PART_ANSWERS, SESSION_ANSWERS, SINGLE_ANSWERS } from '../src/format/answers.ts';
import { plainHeaders } from '../src/format/codes.ts';
import { isSessionUri } from '../src/format/urls.ts';
import { Credentials, findIdentity, type GoogleAuth } from '../src/presign/credentials.ts';
import { environmentEndpoint } from '../src/presign/environment.ts';
import { gcsSigner } from '../src/signer.ts';
import { call, credentials, fileFacts } from './facts.ts';
import { jsonRefusal, refusal, resource, scriptedStore } from './scripted-store.ts';

/** What Google really answers at its edges, as its documents and its users tell it. */
let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
  vi.unstubAllEnvs();
});
const open = async (script: Parameters<typeof scriptedStore>[0]) => {
  const store = await scriptedStore(script);
  close = store.close;
  return store;
};

describe('answers', () => {
  const read = (reading: typeof PART_ANSWERS, status: number, code: string) =>
    readAnswer(reading, { status, headers: {}, body: refusal(status, code).body ?? '' }, 0);

  it('a wrong crc32c has two names', () => {
    for (const code of ['BadDigest', 'CrcMismatch']) {
      expect(read(PART_ANSWERS, 400, code)).toMatchObject({ means: 'corrupt', error: 'digest-mismatch' });
      expect(read(SESSION_ANSWERS, 400, code)).toMatchObject({ means: 'gone', error: 'digest-mismatch' });
    }
  });

  it('a 412 means that the object is there only where it speaks of the condition', () => {
    expect(read(SINGLE_ANSWERS, 412, 'PreconditionFailed').means).toBe('exists');
    expect(read(DOWNLOAD_ANSWERS, 412, 'PreconditionFailed').means).toBe('changed');
    for (const reading of [SINGLE_ANSWERS, PART_ANSWERS, DOWNLOAD_ANSWERS]) {
      expect(read(reading, 412, 'OrgPolicyViolation')).toMatchObject({
        means: 'refused',
        error: 'store-refused',
      });
    }
  });
});

describe('IAM', () => {
  const gaxiosError = (status: number, state: string): Error =>
    Object.assign(new Error('no'), {
      response: { status, headers: {}, data: { error: { code: status, status: state } } },
    });
  const signing = async (sign: (text: string) => Promise<string>) => {
    const auth = {
      getClient: async () => ({}),
      getCredentials: async () => ({ client_email: 'files@acme.iam.gserviceaccount.com' }),
      sign,
    } as unknown as GoogleAuth;
    return findIdentity(new Credentials(auth, new StoreClock({ now: () => Date.now() })));
  };

  it.each([
    [404, 'NOT_FOUND'],
    [403, 'PERMISSION_DENIED'],
  ])('a %i for the account is no object that is gone, and the role is named', async (status, state) => {
    const identity = await signing(async () => {
      throw gaxiosError(status, state);
    });
    await expect(identity.sign('x')).rejects.toMatchObject({
      code: 'access-denied',
      retryable: false,
      hint: expect.stringContaining('roles/iam.serviceAccountTokenCreator'),
    });
  });

  it('a 403 after a success is tried again: under load it is misleading', async () => {
    let refuse = false;
    const identity = await signing(async (text) => {
      if (refuse) throw gaxiosError(403, 'PERMISSION_DENIED');
      return text;
    });
    expect(await identity.sign('x')).toBe('x');
    refuse = true;
    await expect(identity.sign('x')).rejects.toMatchObject({ code: 'access-denied', retryable: true });
  });

  it('credentials of another universe are wrong, in the words of the library, and no fault of ours', async () => {
    const words =
      'The configured universe domain (a.example) does not match the universe domain found (b.example).';
    const identity = await signing(async () => {
      throw new RangeError(words);
    });
    await expect(identity.sign('x')).rejects.toMatchObject({
      code: 'credentials-wrong',
      cause: { message: words },
      hint: expect.stringContaining('universeDomain'),
    });
  });

  it('signs no more than 8 texts at once, and all of them in the end', async () => {
    let [running, most] = [0, 0];
    const identity = await signing(async (text) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (text === '7') throw gaxiosError(503, 'UNAVAILABLE');
      return text;
    });
    const texts = Array.from({ length: 100 }, (_, index) => String(index));
    const done = await Promise.allSettled(texts.map((text) => identity.sign(text)));
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(99);
    expect(most).toBe(8);
  });
});

describe('objects that were stored packed', () => {
  it('are fetched as they are stored: size and digests are of that', async () => {
    const store = await open(({ url }) =>
      url.pathname === '/token' ? null : resource({ contentEncoding: 'gzip' }),
    );
    const url = `${store.endpoint}/files/mesibo/x`;
    const plan = await store.signer().read(url, call);
    expect(plan.request.headers).toHaveProperty('accept-encoding', 'gzip');
    expect(plan.request.url).not.toContain('accept-encoding');
    expect((await store.signer().read(url, { ...call, bare: true })).request.headers).toEqual({});
  });

  it('come back byte for byte from the strict store', async () => {
    const plain = await open(({ url }) => (url.pathname === '/token' ? null : resource()));
    const plan = await plain.signer().read(`${plain.endpoint}/files/mesibo/x`, call);
    expect(plan.request.headers).not.toHaveProperty('accept-encoding');
  });
});

describe('lists', () => {
  it('of parts that lack a size or an ETag are no lists', async () => {
    for (const missing of ['Size', 'ETag', 'PartNumber']) {
      const part = '<Part><PartNumber>1</PartNumber><Size>5</Size><ETag>"a"</ETag></Part>'.replace(
        new RegExp(`<${missing}>[^<]*</${missing}>`),
        '',
      );
      const store = await scriptedStore(({ method, url }) => {
        if (url.pathname === '/token') return null;
        if (method === 'POST')
          return {
            body: '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
          };
        return { body: `<ListPartsResult>${part}</ListPartsResult>` };
      });
      const signer = store.signer({ upload: 'multipart', singleUpTo: 0 });
      const plan = await signer.begin(fileFacts(), call);
      await expect(signer.resume(plan.ticket, call)).rejects.toMatchObject({ code: 'bad-answer' });
      await store.close();
    }
  });
});

describe('a policy of the organisation', () => {
  it('does not pass for an object that is there', async () => {
    const store = await open(({ method, url }) => {
      if (url.pathname === '/token') return null;
      return method === 'DELETE' ? jsonRefusal(412, 'orgPolicy') : resource();
    });
    await expect(store.signer().remove(`${store.endpoint}/files/mesibo/x`, call)).rejects.toMatchObject({
      code: 'store-refused',
    });
  });
});

describe('what the environment and key files say', () => {
  it('an emulator is named with and without its scheme', () => {
    expect(environmentEndpoint({ STORAGE_EMULATOR_HOST: 'localhost:4443' })).toBe('http://localhost:4443');
    expect(environmentEndpoint({ STORAGE_EMULATOR_HOST: 'https://gcs.example/' })).toBe(
      'https://gcs.example',
    );
    expect(environmentEndpoint({ STORAGE_EMULATOR_HOST: '' })).toBeNull();
    expect(environmentEndpoint({})).toBeNull();
  });

  it('is the same for the library as for the command line: key file, its token endpoint, emulator', async () => {
    const cloud = await startLocalCloud();
    close = () => cloud.stop();
    const { bucket, clientEmail, endpoint, privateKey, tokenUri } = cloud.gcs;
    const file = join(mkdtempSync(join(tmpdir(), 'mesibo-files-key-')), 'key.json');
    const key = {
      type: 'service_account',
      client_email: clientEmail,
      private_key: privateKey,
      token_uri: tokenUri,
    };
    writeFileSync(file, JSON.stringify(key));
    vi.stubEnv('STORAGE_EMULATOR_HOST', new URL(endpoint).host);
    const url = `${endpoint}/${bucket}/mesibo/nothing`;
    for (const options of [{ bucket, keyFilename: file }, { bucket }]) {
      vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', 'keyFilename' in options ? '' : file);
      await expect(gcsSigner(options).read(url, call)).rejects.toMatchObject({ code: 'object-not-found' });
    }
  });

  it('whoever pays is named in every request', async () => {
    const store = await open(({ url }) => (url.pathname === '/token' ? null : resource()));
    const signer = store.signer({ userProject: 'payer' });
    const plan = await signer.read(`${store.endpoint}/files/mesibo/x`, call);
    expect(plan.request.headers).toHaveProperty('x-goog-user-project', 'payer');
    expect(plan.request.url).toContain('x-goog-user-project');
    const looked = store.asked.filter(({ url }) => url.pathname !== '/token');
    expect(looked.map(({ headers }) => headers['x-goog-user-project'])).toEqual(['payer']);
    const begun = await signer.begin(fileFacts(), call);
    expect(begun.signed[0]?.request.headers).toHaveProperty('x-goog-user-project', 'payer');
  });

  it('another universe has its own address', () => {
    const signer = gcsSigner({ bucket: 'files', credentials, universeDomain: 'cloud.example' });
    expect(signer.owns('https://storage.cloud.example/files/mesibo/x')).toBe(true);
    expect(signer.owns('https://files.storage.cloud.example/mesibo/x')).toBe(true);
    expect(signer.owns('https://storage.googleapis.com/files/mesibo/x')).toBe(false);
  });
});

it('headers are read as version 9 of the auth library gives them, and as version 10 does', () => {
  const expected = { date: 'now', 'x-a': '1' };
  expect(plainHeaders({ Date: 'now', 'X-A': '1' })).toEqual(expected);
  expect(plainHeaders(new Headers({ Date: 'now', 'X-A': '1' }))).toEqual(expected);
  expect([plainHeaders(undefined), plainHeaders('x')]).toEqual([{}, { '0': 'x' }]);
});

it('sessions are told by their object, or as fake-gcs-server tells them; at Google only by the object', () => {
  const place = {
    bucket: 'files',
    endpoint: 'http://127.0.0.1:4443',
    baseUrl: 'http://127.0.0.1:4443/files',
  };
  const google = { bucket: 'files', endpoint: 'https://storage.googleapis.com', baseUrl: '' };
  const fake = '/upload/resumable/0a1b-c';
  expect(isSessionUri(place, `${place.endpoint}${fake}`, 'mesibo/x')).toBe(true);
  expect(isSessionUri(google, `${google.endpoint}${fake}`, 'mesibo/x')).toBe(false);
  expect(isSessionUri(place, `http://evil.example${fake}`, 'mesibo/x')).toBe(false);
  expect(isSessionUri(google, `${google.endpoint}/files/mesibo/x?upload_id=u`, 'mesibo/x')).toBe(true);
});

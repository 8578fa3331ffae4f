import { azureSigner } from '@mesibo-files/handler-azure';
import { gcsSigner } from '@mesibo-files/handler-gcs';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { certificate } from '@mesibo-files/local-cloud/certificate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { namedS3, thereAndBack } from './proxy-transfers.ts';
import { startProxy, type TestProxy } from './through-proxy.ts';

const MIB = 1024 * 1024;
let cloud: LocalCloud;
let proxy: TestProxy;

beforeEach(async () => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY']) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
  proxy = await startProxy();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await proxy.stop();
  await cloud.stop();
});

function use({ url }: TestProxy): void {
  vi.stubEnv('HTTP_PROXY', url);
  vi.stubEnv('HTTPS_PROXY', url);
}

const waysTo = (name: string) =>
  proxy.seen.filter(({ target }) => target.startsWith(name)).map(({ what }) => what);

describe('behind a proxy', () => {
  it('S3: the engine and the SDK both go through it', async () => {
    cloud = await startLocalCloud();
    use(proxy);
    expect(await thereAndBack(namedS3(cloud, 's3.test'))).toBe(true);
    const ways = waysTo('s3.test');
    // Create and Complete are the SDK's, parts and ranges the engine's.
    expect(ways.filter((what) => what.startsWith('POST'))).toHaveLength(2);
    expect(ways.filter((what) => what.startsWith('PUT'))).toHaveLength(2);
    expect(ways.filter((what) => what.startsWith('GET')).length).toBeGreaterThan(0);
  });

  it('S3: hosts of NO_PROXY are reached without it', async () => {
    cloud = await startLocalCloud();
    use(proxy);
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    expect(await thereAndBack(namedS3(cloud, '127.0.0.1'))).toBe(true);
    expect(proxy.seen).toEqual([]);
  });

  it('Google: the engine and the client both go through it', async () => {
    cloud = await startLocalCloud();
    use(proxy);
    const { bucket, clientEmail, endpoint, privateKey, tokenUri } = cloud.gcs;
    const named = (url: string): string => url.replace('127.0.0.1', 'gcs.test');
    const signer = gcsSigner({
      bucket,
      endpoint: named(endpoint),
      credentials: { client_email: clientEmail, private_key: privateKey, token_uri: named(tokenUri) },
      partSize: 5 * MIB,
    });
    expect(await thereAndBack(signer)).toBe(true);
    const ways = proxy.seen.filter(({ target }) => target.startsWith('gcs.test')).map(({ way }) => way);
    expect(new Set(ways)).toEqual(new Set(['forward', 'tunnel']));
  });

  it('Azure: the engine and the client both go through it', async () => {
    cloud = await startLocalCloud({ azure: true });
    use(proxy);
    if (cloud.azure === null) throw new Error('there is no Azure');
    const { connectionString, container } = cloud.azure;
    expect(await thereAndBack(azureSigner({ connectionString, container, partSize: 5 * MIB }))).toBe(true);
    const ways = waysTo('127.0.0.1');
    // The list of blocks is the client's, each block the engine's.
    expect(ways.filter((what) => what.startsWith('PUT')).length).toBeGreaterThan(3);
    expect(ways.filter((what) => what.startsWith('GET')).length).toBeGreaterThan(1);
  });

  it('with https the engine tunnels, and trusts a certificate authority of your own', async () => {
    cloud = await startLocalCloud({ tls: certificate });
    use(proxy);
    const { endpoint, bucket, region, accessKeyId, secretAccessKey } = cloud.s3;
    const { s3Signer } = await import('@mesibo-files/handler-s3');
    const signer = s3Signer({ bucket, region, endpoint, credentials: { accessKeyId, secretAccessKey } });
    const { nodeHttp } = await import('@mesibo-files/handler-core/node');
    const plan = await signer.begin(
      {
        size: 0,
        maxSize: null,
        contentType: 'text/plain',
        name: 'a',
        source: 0,
        uid: 0,
        mid: 0n,
        transferId: 't',
        digests: { md5: '1B2M2Y8AsgTpgAmY7PhCfg==' },
      },
      { signal: new AbortController().signal },
    );
    const [part] = plan.signed;
    if (part === undefined) throw new Error('nothing was signed');
    const sendBy = async (http: ReturnType<typeof nodeHttp>) => {
      const { method, url, headers } = part.request;
      const { signal } = new AbortController();
      const answer = await http.send({ method, url, headers, signal, body: { size: 0, slices: () => [] } });
      await answer.discard();
      return answer.status;
    };
    await expect(sendBy(nodeHttp())).rejects.toMatchObject({ code: 'tls' });
    expect(await sendBy(nodeHttp({ ca: certificate.cert }))).toBe(200);
    expect(proxy.seen.every(({ way }) => way === 'tunnel')).toBe(true);
  });

  it('a proxy that wants a password gets it, and one that refuses is named', async () => {
    cloud = await startLocalCloud({ tls: certificate });
    const strict = await startProxy({ name: 'me', password: 'p@ss' });
    use({ ...strict, url: strict.url.replace('p@ss', 'p%40ss') });
    const { nodeHttp } = await import('@mesibo-files/handler-core/node');
    const ask = async (): Promise<number> => {
      const { signal } = new AbortController();
      const http = nodeHttp({ ca: certificate.cert });
      const answer = await http.send({ method: 'GET', url: cloud.s3.endpoint, headers: {}, signal });
      await answer.discard();
      return answer.status;
    };
    expect(await ask()).toBe(403);
    use({ ...strict, url: strict.url.replace('me:p@ss@', '') });
    await expect(ask()).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('the proxy answered 407'),
      hint: expect.stringContaining('HTTPS_PROXY'),
    });
    await strict.stop();
  });
});

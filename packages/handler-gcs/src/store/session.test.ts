import { createRuntime, download, memoryJournal, upload } from '@mesibo-files/handler-core';
import { nodeHttp } from '@mesibo-files/handler-core/node';
import type { HttpPort } from '@mesibo-files/handler-core/provider';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, fileFacts, optionsOf } from '../../test/facts.ts';
import { bytesOf, temporaryFile } from '../../test/files.ts';
import { type Sent, watchedHttp } from '../../test/watched-http.ts';
import { gcsSigner } from '../signer.ts';

const KIB = 1024;
const CHUNK = 512 * KIB;
const SIZE = 3 * CHUNK + 17;

describe('a session', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await startLocalCloud();
  });
  afterAll(() => cloud.stop());

  const signerOf = () => gcsSigner({ ...optionsOf(cloud.gcs), partSize: CHUNK });
  /** Uploads by the engine, downloads what came of it, and tells what was sent. */
  const carried = async (between: (sent: Sent, count: number) => Promise<number | null> | number | null) => {
    const { path, bytes } = await temporaryFile(SIZE);
    const sent: Sent[] = [];
    const http: HttpPort = watchedHttp(nodeHttp(), async (one) => {
      sent.push(one);
      return between(one, sent.length);
    });
    const runtime = createRuntime({
      ports: { http, journal: memoryJournal() },
      limits: { retryBase: 5, retryCap: 20 },
    });
    const signer = signerOf();
    const { url } = await upload({ signer, runtime, from: path, uid: 7, mid: 9n, source: 1 });
    await download({ signers: [signer], runtime, url, to: `${path}.back`, mid: 9n, source: 1 });
    expect(bytes.equals(await bytesOf(`${path}.back`))).toBe(true);
    return sent.filter(({ method }) => method === 'PUT');
  };

  it('takes chunks in order, with the digest on the last', async () => {
    const sent = await carried(() => null);
    expect(sent.map(({ range }) => range)).toEqual([
      `bytes 0-${CHUNK - 1}/${SIZE}`,
      `bytes ${CHUNK}-${2 * CHUNK - 1}/${SIZE}`,
      `bytes ${2 * CHUNK}-${3 * CHUNK - 1}/${SIZE}`,
      `bytes ${3 * CHUNK}-${SIZE - 1}/${SIZE}`,
    ]);
    expect(sent.map(({ hash }) => hash !== undefined)).toEqual([false, false, false, true]);
  });

  it('goes on from an offset below what was sent', async () => {
    const sent = await carried((_, count) => {
      if (count === 2) cloud.gcs.sessionStoresOnly(256 * KIB);
      return null;
    });
    expect(sent[2]?.range).toBe(`bytes ${CHUNK + 256 * KIB}-${2 * CHUNK + 256 * KIB - 1}/${SIZE}`);
  });

  it('goes on from nothing, where a 308 has no Range', async () => {
    const sent = await carried((_, count) => {
      if (count === 1) cloud.gcs.sessionStoresOnly(0);
      return null;
    });
    expect(sent[0]?.range).toBe(
      sent.find(({ range }, index) => index > 0 && range?.startsWith('bytes 0-'))?.range,
    );
  });

  it('is asked for its offset after a 503, before anything more is sent', async () => {
    const sent = await carried((_, count) => (count === 2 ? 503 : null));
    expect(sent[2]).toMatchObject({ range: `bytes */${SIZE}`, size: 0 });
    expect(sent[3]?.range).toBe(sent[1]?.range);
  });

  it('that is gone is begun anew', async () => {
    const sent = await carried(async ({ url }, count) => {
      if (count === 3) await fetch(url, { method: 'DELETE' });
      return null;
    });
    expect(new Set(sent.map(({ url }) => url)).size).toBe(2);
    expect(sent.filter(({ range }) => range?.startsWith('bytes 0-'))).toHaveLength(2);
  });

  it('is resumed by its ticket, cancelled by discard, and then is gone', async () => {
    const signer = signerOf();
    const plan = await signer.begin(fileFacts({ size: SIZE }), call);
    expect((await signer.resume(plan.ticket, call)).stored).toEqual({ state: 'offset', offset: null });
    await signer.discard(plan.ticket, call);
    await signer.discard(plan.ticket, call);
    expect(await signer.resume(plan.ticket, call)).toEqual({ plan: null, stored: { state: 'gone' } });
    const manifest = { size: SIZE, parts: [], digests: {}, answered: true };
    expect(await signer.commit(plan.ticket, manifest, call)).toEqual({ state: 'gone' });
  });

  it('does not replace what was put there meanwhile', async () => {
    const { path } = await temporaryFile(SIZE);
    const http = watchedHttp(nodeHttp(), async ({ url }) => {
      const key = decodeURIComponent(new URL(url).pathname).slice(cloud.gcs.bucket.length + 2);
      const { officialClient } = await import('../../test/official-client.ts');
      await officialClient(cloud.gcs).bucket(cloud.gcs.bucket).file(key).save('theirs', { resumable: false });
      return null;
    });
    const runtime = createRuntime({ ports: { http, journal: memoryJournal() } });
    const uploading = upload({ signer: signerOf(), runtime, from: path, uid: 7, mid: 9n, source: 1 });
    await expect(uploading).rejects.toMatchObject({ code: 'object-exists' });
  });
});

import { createRuntime, download, memoryJournal, upload } from '@mesibo-files/handler-core';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, fileFacts, optionsOf } from '../../test/facts.ts';
import { bytesOf, temporaryFile } from '../../test/files.ts';
import { gcsSigner } from '../signer.ts';

const DAY = 86_400_000;
const CHUNK = 256 * 1024;

/** The store's clock is right, whatever the device's says: it counts on, apart from `Date`. */
const rightTime = (): number => performance.timeOrigin + performance.now();

describe('a device whose clock is wrong', () => {
  let cloud: LocalCloud;
  beforeEach(async () => {
    cloud = await startLocalCloud({ now: rightTime });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await cloud.stop();
  });

  const device = (offset: number): void => {
    vi.useFakeTimers({ toFake: ['Date'], now: rightTime() + offset });
  };

  it.each([
    ['a day fast', DAY],
    ['a day slow', -DAY],
    ['six days fast', 6 * DAY],
    ['twenty years slow', -20 * 365 * DAY],
  ])('uploads and downloads all the same: %s', async (_, offset) => {
    device(offset);
    for (const more of [{ partSize: CHUNK }, { upload: 'multipart' as const, singleUpTo: 0 }]) {
      const signer = gcsSigner({ ...optionsOf(cloud.gcs), ...more });
      for (const size of [100, 2 * CHUNK]) {
        const { path, bytes } = await temporaryFile(size);
        const runtime = createRuntime({
          ports: { journal: memoryJournal() },
          limits: { retryBase: 1, retryCap: 5 },
        });
        const { url } = await upload({ signer, runtime, from: path });
        await download({ signers: [signer], runtime, url, to: `${path}.back` });
        expect(bytes.equals(await bytesOf(`${path}.back`))).toBe(true);
      }
    }
  });

  it('is told when it is too fast for the client to sign at all', async () => {
    device(30 * DAY);
    const signer = gcsSigner({ ...optionsOf(cloud.gcs), partSize: CHUNK });
    const begin = () => signer.begin(fileFacts({ size: 2 * 1024 * CHUNK }), call);
    await expect(begin()).rejects.toMatchObject({ code: 'clock-skewed', retryable: true });
    await expect(begin()).rejects.toMatchObject({ code: 'clock-skewed', retryable: false });
  });

  it('that is put right meanwhile holds on to no token that is over', async () => {
    await cloud.stop();
    let ahead = 0;
    cloud = await startLocalCloud({ now: () => rightTime() + ahead });
    device(DAY);
    const signer = gcsSigner(optionsOf(cloud.gcs));
    const missing = `${cloud.gcs.endpoint}/${cloud.gcs.bucket}/mesibo/x`;
    await expect(signer.read(missing, call)).rejects.toMatchObject({ code: 'clock-skewed' });
    await expect(signer.read(missing, call)).rejects.toMatchObject({ code: 'object-not-found' });
    // By the client's reckoning the token is good for another day.
    device(2 * 3_600_000);
    ahead = 2 * 3_600_000;
    await expect(signer.read(missing, call)).rejects.toMatchObject({ code: 'object-not-found' });
  });
});

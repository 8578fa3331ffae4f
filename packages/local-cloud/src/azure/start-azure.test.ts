import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BlobSASPermissions,
  BlobServiceClient,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type AzureConnection, type LocalCloud, startLocalCloud } from '../index.ts';
import { AzuriteMissing, loadAzurite } from './azurite.ts';
import { ACCOUNT_KEY, ACCOUNT_NAME } from './emulator-account.ts';

describe('Azurite in a local cloud', () => {
  let cloud: LocalCloud | undefined;
  afterEach(() => cloud?.stop());

  const start = async (azure: Parameters<typeof startLocalCloud>[0]): Promise<AzureConnection> => {
    cloud = await startLocalCloud(azure);
    if (cloud.azure === null) throw new Error('Azurite was not started');
    return cloud.azure;
  };
  const signed = ({ endpoint, container }: AzureConnection, name: string, permission: string): string =>
    `${endpoint}/${container}/${name}?${generateBlobSASQueryParameters(
      {
        containerName: container,
        blobName: name,
        permissions: BlobSASPermissions.parse(permission),
        expiresOn: new Date(Date.now() + 60_000),
      },
      new StorageSharedKeyCredential(ACCOUNT_NAME, ACCOUNT_KEY),
    )}`;

  it('is there only when it is asked for', async () => {
    cloud = await startLocalCloud();
    expect(cloud.azure).toBeNull();
  });

  it("takes Azure's own client by its connection string, and is gone after stop", async () => {
    const { connectionString, container } = await start({ azure: true });
    expect(container).toBe('local-cloud');
    const blob = BlobServiceClient.fromConnectionString(connectionString).getContainerClient(container);
    await blob.getBlockBlobClient('a').upload('hello', 5);
    expect((await blob.getBlobClient('a').downloadToBuffer()).toString()).toBe('hello');
    await cloud?.stop();
    await expect(fetch(blob.url)).rejects.toThrow();
  });

  it('answers a browser of any origin, unless it is told not to', async () => {
    for (const cors of [true, false]) {
      const azure = await start({ azure: { cors, containers: [{ name: 'one' }, { name: 'two' }] } });
      const headers = { origin: 'https://chat.example', 'access-control-request-method': 'PUT' };
      const preflight = await fetch(signed(azure, 'a', 'c'), { method: 'OPTIONS', headers });
      expect(preflight.status).toBe(cors ? 200 : 403);
      await cloud?.stop();
    }
  });

  it('refuses a name that is none, and leaves nothing', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'parent-'));
    await expect(startLocalCloud({ dir, azure: { containers: [{ name: 'No_Name' }] } })).rejects.toThrow(
      'No_Name',
    );
    expect(await readdir(dir)).toEqual([]);
    await rm(dir, { recursive: true });
  });

  it('lets blocks be written by who may only create, where it is told to', async () => {
    const block = (azure: AzureConnection): Promise<Response> =>
      fetch(`${signed(azure, 'b', 'c')}&comp=block&blockid=MDAw`, { method: 'PUT', body: 'x' });
    const strict = await startLocalCloud({ azure: true });
    onTestFinished(() => strict.stop());
    expect((await block(strict.azure as AzureConnection)).status).toBe(403);
    const lax = await start({ azure: { createOnlyBlocks: true } });
    expect((await block(lax)).status).toBe(201);
    // No other Azurite of the process changes.
    expect((await block(strict.azure as AzureConnection)).status).toBe(403);
  });

  it('says what to install when it is not there', () => {
    const missing = Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
    const load = (): unknown => {
      throw missing;
    };
    expect(() => loadAzurite(load)).toThrow(AzuriteMissing);
    expect(() => loadAzurite(load)).toThrow('npm install --save-dev azurite@3.37.0');
    expect(() => loadAzurite(() => ({}))).toThrow('3.37.0');
  });
});

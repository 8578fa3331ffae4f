import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime, type Signer, upload } from '@mesibo-files/handler-core';
import { diskStore, newDiskSecret } from '@mesibo-files/handler-disk';
import { FILES, type FileName } from './describe-ranges.ts';

export interface Started {
  readonly urls: Readonly<Record<FileName, string>>;
  stop(): Promise<void>;
}

/** A disk store on a server of its own. `name`: of the files. */
export async function startDisk(name?: string): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'ranges-'));
  const http = createServer((request, response) => void store.handle(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const storeUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const store = diskStore({
    folder,
    secrets: [newDiskSecret()],
    storeUrl,
    cacheControl: 'private, no-cache',
  });
  await store.start();
  const stop = async (): Promise<void> => {
    http.closeAllConnections();
    http.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { urls: await signedUrls(store.signer, name), stop };
}

/** Uploads both files, and signs for each a GET that needs no header. */
export async function signedUrls(signer: Signer, name?: string): Promise<Started['urls']> {
  const folder = await mkdtemp(join(tmpdir(), 'ranges-'));
  const runtime = createRuntime({ journal: false });
  const urlOf = async (file: FileName): Promise<string> => {
    const from = join(folder, file);
    await writeFile(from, FILES[file]);
    const { url } = await upload({ signer, from, runtime, ...(name === undefined ? {} : { name }) });
    const { request } = await signer.read(url, { signal: new AbortController().signal, bare: true });
    return request.url;
  };
  const urls = { ten: await urlOf('ten'), empty: await urlOf('empty') };
  await rm(folder, { recursive: true });
  return urls;
}

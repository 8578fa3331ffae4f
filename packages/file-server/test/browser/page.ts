// What a web page of an app does: it runs in Chromium, with nothing of Node in it.
import { createRuntime, download, type Progress, TransferError, upload } from '@mesibo-files/handler-core';
import { pageFiles } from '@mesibo-files/handler-core/browser';
import { remoteSigner } from '@mesibo-files/handler-remote';

/** What a page reports of one file that went up and came down again. */
export interface RoundTrip {
  readonly url: string;
  readonly name: string;
  readonly type: string;
  /** SHA-256 of what came down, in hex. */
  readonly digest: string;
  readonly up: readonly number[];
  readonly down: readonly number[];
}

interface Server {
  readonly baseUrl: string;
  readonly token: string;
}

/** The same bytes as the test makes. */
function bytesOf(size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, index) => (index * 7 + (index >> 8)) & 255);
}

async function sha256(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const percents =
  (into: number[]): ((progress: Progress) => void) =>
  ({ percent }) =>
    void into.push(percent);

async function roundTrip(server: Server, name: string, size: number): Promise<RoundTrip> {
  const signer = remoteSigner(server);
  const runtime = createRuntime();
  const [up, down]: [number[], number[]] = [[], []];
  const from = pageFiles.add(new File([bytesOf(size)], name));
  const { url } = await upload({ runtime, signer, from, onProgress: percents(up) });
  await download({ runtime, signers: [signer], url, to: `received/${name}`, onProgress: percents(down) });
  const file = pageFiles.file(`received/${name}`);
  return {
    url,
    name: file instanceof File ? file.name : '',
    type: file.type,
    digest: await sha256(file),
    up,
    down,
  };
}

/** Stops an upload when part of it is stored, starts it again, and tells how much was not sent a second time. */
async function stopAndGoOn(
  server: Server,
  size: number,
): Promise<{ code: string; resumed: number; url: string }> {
  let resumed = 0;
  const runtime = createRuntime({
    onEvent: (event) => {
      if (event.type === 'resumed') resumed = event.bytes;
    },
  });
  const from = pageFiles.add(new File([bytesOf(size)], 'stopped.bin'));
  const stop = new AbortController();
  const common = { runtime, signer: remoteSigner(server), from, mid: 7n };
  const first = await upload({
    ...common,
    signal: stop.signal,
    onProgress: ({ percent }) => {
      if (percent >= 75) stop.abort();
    },
  }).catch((error: unknown) => error);
  const { url } = await upload(common);
  return { code: TransferError.is(first) ? first.code : 'none', resumed, url };
}

/** The code of the error that an upload ends with. */
async function failure(server: Server): Promise<string> {
  const from = pageFiles.add(new Blob(['x']), 'refused.txt');
  const signer = remoteSigner(server);
  const result = await upload({ runtime: createRuntime(), signer, from }).catch((error: unknown) => error);
  return TransferError.is(result) ? result.code : 'none';
}

Object.assign(globalThis, { roundTrip, stopAndGoOn, failure });

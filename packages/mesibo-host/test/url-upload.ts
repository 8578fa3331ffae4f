import { createRuntime, type Runtime, type RuntimeOptions } from '@mesibo-files/handler-core';
import { nodeHttp } from '@mesibo-files/handler-core/node';
import type { Clock, HttpPort } from '@mesibo-files/handler-core/provider';
import { type MemoryFiles, memoryFiles, seededRandom } from '@mesibo-files/handler-core/testing';
import { type UrlUpload, uploadToUrl } from '../src/upload-url/upload.ts';

/** What the tests send as the token. It must be found in no error. */
export const TOKEN = 't0ken-of-alice';

/** A clock on which a second takes a millisecond, so that pauses cost nothing. */
export const fastClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now() * 1000,
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds / 1000);
    return () => clearTimeout(timer);
  },
};

export interface UrlBench {
  readonly files: MemoryFiles;
  readonly runtime: Runtime;
  /** Puts a file on the device and uploads it. */
  send(url: string, bytes: Uint8Array, more?: Partial<UrlUpload>): Promise<string>;
}

/** A device in memory, with real HTTP and the queue of mesibo's own transfers. */
export function urlBench(options: RuntimeOptions = {}, http: HttpPort = nodeHttp()): UrlBench {
  const files = memoryFiles();
  const runtime = createRuntime({
    ...options,
    ports: { files, http, clock: fastClock, random: seededRandom(3), ...options.ports },
    limits: { stallAfter: 3_600_000, answerWithin: 3_600_000, ...options.limits },
    admission: { maxTransfers: 4, smallLane: 0 },
  });
  return {
    files,
    runtime,
    send(url, bytes, more = {}) {
      const path = more.path ?? '/alice/photo.jpg';
      files.files.set(path, bytes);
      return uploadToUrl({ url, fields: { op: 'upload', auth: TOKEN }, path, runtime, ...more });
    },
  };
}

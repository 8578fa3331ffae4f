import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Signer } from '@mesibo-files/handler-core';
import { told } from './format/codes.ts';
import type { DiskOptions } from './options.ts';
import { diskSigner } from './signer.ts';
import { contextOf } from './store/context.ts';
import { type FileSystem, nodeFileSystem } from './store/files.ts';
import { probe, sweepDead, sweepStaging } from './store/folder.ts';
import { handle } from './store/http/handle.ts';

/** A store of your own on a disk: a signer, and the HTTP that its requests go to. */
export interface DiskStore {
  /** Signs for the store, and looks into it. */
  readonly signer: Signer;
  /**
   * Answers a request to `storeUrl`, or to any path under it. Ends when the answer is sent; never throws. How long a
   * client may take is up to your server: its `requestTimeout` (5 minutes in Node) must suffice for a body of
   * `singleUpTo` bytes, or of `partSize`, over the slowest link you serve. When it closes a connection, nothing is left
   * of a file in one request, and a session keeps what arrived.
   */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * Makes the folder and looks at it; removes what processes left in it that are proved to be dead. Not needed, but tells
   * at once what the first call would tell.
   * @throws `access-denied`, `credentials-wrong` for a secret that is not the one its id stood for, …
   */
  start(): Promise<void>;
  /** Proves that files can be made, flushed and removed, by doing it. @throws `bucket-not-found`, `quota-exceeded`, … */
  check(): Promise<void>;
  /**
   * Removes what crashes left, and unfinished uploads in which nothing moved for so many milliseconds (default:
   * `keptFor`). To be called now and then, by one process or by all.
   * @returns how many it removed
   */
  sweep(olderThan?: number): Promise<number>;
  /** Refuses further requests with 503, and waits for those under way. */
  close(): Promise<void>;
}

/** Makes a store. Nothing is touched before the first call. @throws `invalid-argument` that names every option that is wrong */
export function diskStore(options: DiskOptions): DiskStore {
  return diskStoreOn(nodeFileSystem, options);
}

/** The same on a file system of yours: for tests. */
export function diskStoreOn(files: FileSystem, options: DiskOptions): DiskStore {
  const context = contextOf(options, files);
  const { settings } = context;
  const running = new Set<Promise<void>>();
  let closed = false;
  return {
    signer: diskSigner(context),
    handle(request, response) {
      const answered = handle(context, request, response, closed);
      running.add(answered);
      return answered.finally(() => running.delete(answered));
    },
    start: () => told('opening the folder', async () => void (await sweepDead(await context.folder()))),
    check: () => told('checking the folder', async () => probe(await context.folder())),
    sweep: (olderThan = settings.keptFor) =>
      told('sweeping', async () => {
        const folder = await context.folder();
        return (await sweepDead(folder)) + (await sweepStaging(folder, olderThan, settings.clock.now()));
      }),
    async close() {
      closed = true;
      await Promise.all(running);
      await context.opened()?.then(
        ({ owner }) => owner.close(),
        () => undefined,
      );
    },
  };
}

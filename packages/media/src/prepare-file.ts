import { copyFile, type FileHandle, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { TransferError } from '@mesibo-files/handler-core';
import type { RandomAccess } from './metadata/boxes.ts';
import { isoFacts } from './metadata/iso-media.ts';
import { startsAsPicture } from './metadata/strip.ts';
import type { PictureCodec } from './picture/codec.ts';
import { sharpCodec } from './picture/sharp-codec.ts';
import {
  checkMediaOptions,
  type MediaFacts,
  type MediaOptions,
  preparePicture,
  unprepared,
} from './prepare.ts';

/** How a file is prepared. */
export interface FileMediaOptions extends MediaOptions {
  /** The folder for prepared files; it must exist. The file itself is never changed. */
  readonly folder: string;
  /** Sends a copy even where nothing is changed, so that the file may change meanwhile. Default false. */
  readonly copyFiles?: boolean;
  /** Default: `sharp`, if it is installed; null: none. */
  readonly codec?: PictureCodec | null;
  /** Bytes of a picture that is read into memory at most; a larger one is sent as it is. Default 64 MiB. */
  readonly maxPictureSize?: number;
}

/** A file that was prepared. */
export interface PreparedFile extends MediaFacts {
  /** What is to be sent: a file of one's own in the folder, or the given path where nothing had to be changed. */
  readonly path: string;
  /** Removes the file in the folder, once it was sent. */
  dispose(): Promise<void>;
}

const PICTURE_MOST = 64 * 1024 * 1024;
const ZEROS = new Uint8Array(64 * 1024);

/**
 * Prepares a file before it is sent: {@link preparePicture} for pictures, and metadata removed from films of any size with
 * flat memory. What can't be done is left out, and `problems` say why.
 *
 * @throws `invalid-argument`, `file-not-found`, `file-io`
 */
export async function prepareFile(path: string, options: FileMediaOptions): Promise<PreparedFile> {
  const prepared = await changed(path, options);
  if (options.copyFiles !== true || prepared.path !== path) return prepared;
  return { ...prepared, ...(await written(options.folder, basename(path), (to) => copyFile(path, to))) };
}

/** The file as it is to be sent; with its own path where it stays as it is. */
async function changed(path: string, options: FileMediaOptions): Promise<PreparedFile> {
  checkMediaOptions(options);
  const source = await opened(path);
  try {
    const access = await accessTo(source);
    const film = await isoFacts(access);
    if (film?.kind === 'video') return await preparedFilm(path, film, options);
    // Only a picture is read whole.
    const picture = film !== null || startsAsPicture(await access.read(0, 16));
    if (!picture) return { ...unprepared('unknown-format'), path, dispose: nothing };
    if (access.size > (options.maxPictureSize ?? PICTURE_MOST))
      return { ...unprepared('too-large'), path, dispose: nothing };
  } finally {
    await source.close();
  }
  const codec = options.codec === undefined ? await sharpCodec() : options.codec;
  const { bytes, ...facts } = await preparePicture(new Uint8Array(await readFile(path)), codec, options);
  if (bytes === null) return { ...facts, path, dispose: nothing };
  const extension = facts.format === 'jpeg' && !/^\.jpe?g$/i.test(extname(path)) ? '.jpg' : extname(path);
  const name = `${basename(path, extname(path))}${extension}`;
  return { ...facts, ...(await written(options.folder, name, (to) => writeFile(to, bytes, { flag: 'wx' }))) };
}

async function preparedFilm(
  path: string,
  { patches, width, height, duration }: NonNullable<Awaited<ReturnType<typeof isoFacts>>>,
  { removeMetadata = true, sendThumbnail = true, folder }: FileMediaOptions,
): Promise<PreparedFile> {
  const facts = {
    format: 'video',
    width,
    height,
    duration,
    thumbnail: null,
    thumbhash: null,
    // Only a page can show a film.
    problems: sendThumbnail ? [{ step: 'thumbnail', reason: 'no-codec' } as const] : [],
  } as const;
  if (!removeMetadata || patches.length === 0) return { ...facts, path, dispose: nothing };
  const copy = await written(folder, basename(path), async (to) => {
    await copyFile(path, to);
    const file = await open(to, 'r+');
    try {
      for (const { at, length, bytes } of patches) {
        if (bytes !== null) await file.write(bytes, 0, length, at);
        else
          for (let done = 0; done < length; done += ZEROS.length) {
            await file.write(ZEROS, 0, Math.min(ZEROS.length, length - done), at + done);
          }
      }
    } finally {
      await file.close();
    }
  });
  return { ...facts, ...copy };
}

/** Writes a file into a folder of its own, so that it keeps its name; it has its place only when it is whole. */
async function written(
  folder: string,
  name: string,
  write: (to: string) => Promise<void>,
): Promise<Pick<PreparedFile, 'path' | 'dispose'>> {
  const own = await mkdtemp(join(folder, 'media-')).catch(failed);
  const dispose = (): Promise<void> => rm(own, { recursive: true, force: true });
  try {
    await write(join(own, '.part'));
    await rename(join(own, '.part'), join(own, name));
  } catch (cause) {
    await dispose();
    return failed(cause);
  }
  return { path: join(own, name), dispose };
}

async function opened(path: string): Promise<FileHandle> {
  return open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT')
      throw new TransferError('file-not-found', 'the file to prepare is not there', { cause });
    return failed(cause);
  });
}

async function accessTo(file: FileHandle): Promise<RandomAccess> {
  const { size } = await file.stat();
  return {
    size,
    async read(at, length) {
      const buffer = new Uint8Array(Math.max(0, Math.min(length, size - at)));
      let got = 0;
      while (got < buffer.length) {
        const { bytesRead } = await file.read(buffer, got, buffer.length - got, at + got);
        if (bytesRead === 0) break;
        got += bytesRead;
      }
      return buffer.subarray(0, got);
    },
  };
}

function failed(cause: unknown): never {
  throw new TransferError('file-io', 'a file could not be prepared', { cause });
}

async function nothing(): Promise<void> {
  // The file is the app's own.
}

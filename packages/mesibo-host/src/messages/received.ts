import type { Origin } from '@mesibo-files/handler-core';
import { safeFileName } from '@mesibo-files/handler-core/provider';
import type { HostFiles } from '../device/node-files.ts';
import type { Envelope } from './envelope.ts';
import { type MessageRecord, newRecord } from './message-record.ts';

/** The most bytes of a file name on ext4, APFS and most others. */
const MAX_NAME_BYTES = 255;

const encoder = new TextEncoder();

/**
 * Chooses where a received file goes: inside the folder whatever its name says, under a name that nothing has yet.
 * A name that is taken becomes `name (1).ext`, and so on.
 *
 * @param isPromised - whether a path is promised to a file that is not there yet
 */
export function receivedPath(
  folder: string,
  name: string,
  files: Pick<HostFiles, 'exists' | 'join'>,
  isPromised: (path: string) => boolean,
): string {
  const safe = safeFileName(name);
  const extension = /(?<=.)\.[^.\s]{1,16}$/su.exec(safe)?.[0] ?? '';
  const stem = safe.slice(0, safe.length - extension.length);
  for (let count = 0; ; count++) {
    const path = files.join(folder, count === 0 ? safe : fit(stem, ` (${count})${extension}`));
    if (!isPromised(path) && !files.exists(path)) return path;
  }
}

/** Shortens the stem where the whole name would be too long for a file system. */
function fit(stem: string, ending: string): string {
  const characters = [...stem];
  while (encoder.encode(characters.join('') + ending).length > MAX_NAME_BYTES) characters.pop();
  return characters.join('') + ending;
}

/** The receiver's record of an envelope. The file's path is the receiver's own choice, and needs its URL. */
export function receivedRecord(
  envelope: Envelope,
  origin: Origin,
  choosePath: (name: string) => string,
): MessageRecord {
  const { mid, ts, from, title, message, thumbnail, file, expiresAt } = envelope;
  return {
    ...newRecord(mid, from, true, ts),
    origin,
    expiresAt,
    title,
    message,
    thumbnail,
    file: file && { ...file, path: choosePath(file.name ?? ''), progress: 0, object: null },
  };
}

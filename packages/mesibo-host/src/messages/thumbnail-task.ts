import { FILESOURCE } from '@mesibo-files/handler-core';
import { FileTask, type TaskHost } from '../transfers/file-task.ts';
import type { MessageRecord } from './message-record.ts';

/** The most bytes of a thumbnail: it travels in the message itself. */
export const THUMBNAIL_MOST: number = 64 * 1024;

/** What is fetched, where to, and what happens with it. */
export interface WantedThumbnail {
  readonly url: string;
  readonly path: string;
  /** The file is at its path. */
  readonly fetched: () => void;
}

/** The download of another thumbnail for a message: a transfer with `source` 3, beside that of the message's own file. */
export function thumbnailTask(record: MessageRecord, wanted: WantedThumbnail, host: TaskHost): FileTask {
  const { url, path, fetched } = wanted;
  return new FileTask(
    false,
    host,
    (priority) => ({
      upload: false,
      priority,
      mid: record.mid,
      ts: record.ts,
      origin: record.origin,
      source: FILESOURCE.THUMBNAIL,
      imageIndex: 0,
      secure: record.incoming && record.properties?.signedFiles === true,
      externalLink: false,
      path,
      url,
      userObject: null,
      localIdentifier: null,
      asset: null,
    }),
    fetched,
  );
}

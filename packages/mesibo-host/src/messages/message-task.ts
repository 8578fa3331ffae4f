import type { MesiboFile } from '@mesibo-files/handler-core';
import { FileTask, type TaskHost } from '../transfers/file-task.ts';
import type { TransferFacts } from '../transfers/transfer.ts';
import type { MessageRecord } from './message-record.ts';

/** The upload of a message's file; when it is done, the file has its URL. */
export function uploadTask(record: MessageRecord, file: MesiboFile, host: TaskHost): FileTask {
  return new FileTask(
    true,
    host,
    (priority) => factsOf(record, file, true, priority),
    (url) => {
      file.url = url;
    },
  );
}

/** The download of a received message's file. */
export function downloadTask(
  record: MessageRecord,
  file: MesiboFile,
  host: TaskHost,
  done: () => void,
): FileTask {
  return new FileTask(false, host, (priority) => factsOf(record, file, false, priority), done);
}

function factsOf(record: MessageRecord, file: MesiboFile, upload: boolean, priority: number): TransferFacts {
  const { properties } = record;
  return {
    upload,
    priority,
    mid: record.mid,
    ts: record.ts,
    origin: record.origin,
    source: file.source,
    imageIndex: 0,
    secure: properties?.signedFiles === true,
    externalLink: !upload && properties?.openExternally === true,
    path: upload ? (record.prepared?.path ?? file.path) : file.path,
    url: upload ? null : file.url,
    userObject: file.object,
    localIdentifier: upload ? (properties?.localIdentifier ?? null) : null,
    asset: upload ? (properties?.asset ?? null) : null,
  };
}

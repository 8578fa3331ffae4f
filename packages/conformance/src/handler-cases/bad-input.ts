import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorCode } from '@mesibo-files/handler-core';
import { alike, equal, present } from '../check/check.ts';
import { fullDisk } from '../handler/full-disk.ts';
import {
  type HandlerChanges,
  type HandlerTest,
  namesIn,
  start,
  uploadFile,
} from '../handler/handler-test.ts';
import { asNobody } from '../handler/nobody.ts';
import type { TransferFields } from '../handler/recorded-transfer.ts';
import { cleanedUp, resultOf } from '../handler/reports.ts';
import type { HandlerCase } from '../harness/handler-case.ts';
import { onlyError } from './network.ts';

/** Each kind of bad input has its own code, ends in one `setResult(false)`, and loses nothing. */
export const badInputCases: readonly HandlerCase[] = [
  {
    name: 'a missing path is file-not-found',
    run: (test) => badUpload(test, join(test.folder, 'none'), 'file-not-found'),
  },
  { name: 'a directory is file-not-a-file', run: (test) => badUpload(test, test.folder, 'file-not-a-file') },
  { name: 'an unreadable file is file-unreadable', run: unreadable },
  {
    name: 'a missing target folder is target-folder-missing',
    run: (test) => badTarget(test, 'no/folder/b.bin', 'target-folder-missing'),
  },
  { name: 'a read-only target folder is target-not-writable', run: readOnly },
  {
    name: 'a full disk is disk-full',
    run: (test) => badTarget(test, 'b.bin', 'disk-full', { ports: { files: fullDisk() } }),
  },
  { name: 'a malformed URL is invalid-url', run: (test) => badUrl(test, 'http://', 'invalid-url') },
  {
    name: 'a URL of another scheme is invalid-url',
    run: (test) => badUrl(test, 'javascript:alert(1)', 'invalid-url'),
  },
  {
    name: 'a foreign URL is foreign-url',
    run: (test) => badUrl(test, 'https://example.com/a.bin', 'foreign-url'),
  },
  { name: 'an object that is gone is object-not-found', run: gone },
  {
    name: 'wrong credentials are credentials-wrong',
    run: (test) => badStore(test, 'wrongCredentials', 'credentials-wrong'),
  },
  {
    name: 'a missing bucket is bucket-not-found',
    run: (test) => badStore(test, 'missingBucket', 'bucket-not-found'),
  },
];

async function fails(
  test: HandlerTest,
  changes: HandlerChanges,
  fields: TransferFields,
  code: ErrorCode,
): Promise<void> {
  const before = await test.bench.store.keys();
  const files = await namesIn(test.folder);
  const result = await resultOf(start(test.handler(changes), fields));
  equal(result.success, false, 'the result');
  equal(result.url, null, 'the URL of a failure');
  onlyError(test, [code]);
  alike(await namesIn(test.folder), files, 'the files in the folder');
  alike(await test.bench.store.keys(), before, 'the keys in the store');
  await cleanedUp(test);
}

async function badUpload(test: HandlerTest, path: string, code: ErrorCode): Promise<void> {
  await fails(test, {}, { upload: true, path }, code);
}

async function unreadable(test: HandlerTest): Promise<void> {
  const { path } = await test.file('secret.bin', 100);
  await chmod(path, 0);
  await chmod(test.folder, 0o755);
  const result = await asNobody(() => resultOf(start(test.handler(), { upload: true, path })));
  equal(result.success, false, 'the result');
  onlyError(test, ['file-unreadable']);
}

async function badTarget(
  test: HandlerTest,
  name: string,
  code: ErrorCode,
  changes: HandlerChanges = {},
): Promise<void> {
  const { path } = await test.file('a.bin', test.bench.sizes.onePart);
  const url = await uploadFile(test.handler(), path);
  await fails(test, changes, { upload: false, path: join(test.folder, name), url }, code);
}

async function readOnly(test: HandlerTest): Promise<void> {
  const { path } = await test.file('a.bin', 100);
  const handler = test.handler();
  const url = await uploadFile(handler, path);
  const folder = join(test.folder, 'locked');
  await mkdir(folder);
  await chmod(folder, 0o555);
  await chmod(test.folder, 0o755);
  const result = await asNobody(() =>
    resultOf(start(handler, { upload: false, path: join(folder, 'b.bin'), url })),
  );
  equal(result.success, false, 'the result');
  onlyError(test, ['target-not-writable']);
  alike(await namesIn(folder), [], 'the files in the folder');
}

async function badUrl(test: HandlerTest, url: string, code: ErrorCode): Promise<void> {
  await fails(test, {}, { upload: false, path: join(test.folder, 'b.bin'), url }, code);
  equal(test.faults.requests.length, 0, 'number of requests made for it');
}

async function gone(test: HandlerTest): Promise<void> {
  const { path } = await test.file('a.bin', 100);
  const url = await uploadFile(test.handler(), path);
  await test.bench.store.remove(present((await test.bench.store.keys())[0], 'an object'));
  await fails(test, {}, { upload: false, path: join(test.folder, 'b.bin'), url }, 'object-not-found');
}

async function badStore(
  test: HandlerTest,
  fault: 'wrongCredentials' | 'missingBucket',
  code: ErrorCode,
): Promise<void> {
  const { path } = await test.file('a.bin', 3_000);
  await fails(test, { overrides: { fault } }, { upload: true, path }, code);
}

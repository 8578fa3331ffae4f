import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MesiboNetwork } from '@mesibo-files/mesibo-host';
import { alike, check, equal, present, sameBytes } from '../check/check.ts';
import { type HandlerTest, namesIn } from '../handler/handler-test.ts';
import { until } from '../handler/reports.ts';
import type { HandlerCase } from '../harness/handler-case.ts';

/** The handler where it belongs: in an app, called by mesibo. */
export const messageCases: readonly HandlerCase[] = [
  { name: "a message's file goes from one user to another through mesibo", run: throughMesibo },
];

async function throughMesibo(test: HandlerTest): Promise<void> {
  const network = new MesiboNetwork();
  const [alice, bob] = [network.user('alice'), network.user('bob')];
  const folder = join(test.folder, 'bob');
  await mkdir(folder);
  bob.setPath(folder);
  alice.addListener(test.handler());
  bob.addListener(test.handler());
  const { path, bytes } = await test.file('holiday.mp4', test.bench.sizes.manyParts + 1);
  const sent = alice.getProfile('bob').newMessage();
  sent.setContent(path);
  sent.send();
  await until(() => sent.isFileReady() || sent.isFileTransferFailed(), 'the upload is over');
  check(sent.isFileReady(), 'the upload succeeded');
  await until(() => bob.messages().some((message) => message.isFileReady()), 'the file is at the other user');
  const file = present(bob.messages()[0]?.getFile(), "a file of the other user's message");
  equal(file.url, sent.getFile()?.url, 'the URL in the message');
  sameBytes(await readFile(file.path), bytes, 'what arrived');
  equal((await namesIn(folder)).length, 1, 'number of files in the folder');
  alike(test.errors, [], 'errors told');
}

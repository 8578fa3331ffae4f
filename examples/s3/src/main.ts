import { S3FileTransferHandler } from '@mesibo-files/handler-s3';
import { MesiboNetwork } from '@mesibo-files/mesibo-host';
import { type DemoOptions, readOptions } from './options.ts';
import { createProgress } from './progress.ts';
import { report, reportError } from './report.ts';
import { makeSamples } from './samples.ts';
import { openStore } from './store.ts';
import { type CheckedDelivery, check } from './verify.ts';
import { Watch } from './watch.ts';
import { type Workspace, withWorkspace } from './workspace.ts';

/** Sends files from Alice to Bob through S3. True when every file arrived as it was sent. */
async function demo(options: DemoOptions, workspace: Workspace): Promise<boolean> {
  const { signal } = workspace;
  const store = await openStore(workspace);
  console.log(store.description);

  const network = new MesiboNetwork();
  const alice = network.user('alice');
  const bob = network.user('bob');
  const watch = new Watch(alice, bob, createProgress(), signal);

  // This is all it takes: each user's mesibo gets a handler, and calls it for every file.
  for (const user of [alice, bob]) {
    const handler = new S3FileTransferHandler({
      ...store.options,
      uid: user.getUid(),
      onError: watch.onError,
    });
    user.addListener(handler);
  }
  bob.setPath(workspace.received);

  const files =
    options.files.length > 0 ? options.files : await makeSamples(workspace.sent, options.sizeMiB, signal);
  const deliveries: CheckedDelivery[] = [];
  for (const file of files) {
    const message = alice.getProfile('bob').newMessage();
    message.setContent(file);
    const arrival = watch.follow(message);
    message.send();
    try {
      deliveries.push(await check(await arrival));
    } catch (error) {
      signal.throwIfAborted();
      reportError(error);
    }
  }
  report(deliveries, files.length);
  return deliveries.filter(({ intact }) => intact).length === files.length;
}

const options = readOptions(process.argv.slice(2));
if (options !== undefined) {
  process.exitCode = await withWorkspace((workspace) => demo(options, workspace));
}

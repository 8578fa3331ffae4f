import type { MesiboFileTransfer, TransferError } from '@mesibo-files/handler-core';
import { type Mesibo, MesiboNetwork } from '@mesibo-files/mesibo-host';
import { type DemoOptions, readOptions } from './options.ts';
import { createProgress } from './progress.ts';
import { report, reportError } from './report.ts';
import { makeSamples } from './samples.ts';
import { type CheckedDelivery, check } from './verify.ts';
import { Watch } from './watch.ts';
import { type Workspace, withWorkspace } from './workspace.ts';

/** Where an example's files go. */
export interface Store<Options> {
  /** What the handlers need to know. */
  readonly options: Options;
  /** For people. */
  readonly description: string;
}

/** What makes one example differ from the others. */
export interface DemoStory<Options> {
  /** Name of the cloud, as in `S3`. */
  readonly cloud: string;
  /** Sentences of the help about settings in the environment. */
  readonly settings: string;
  /** Your bucket, when the environment names one; else a server of our own, which ends with the demo. */
  readonly openStore: (workspace: Workspace) => Promise<Store<Options>>;
  /** Gives one user's mesibo a handler. */
  readonly register: (
    mesibo: Mesibo,
    options: Options,
    onError: (error: TransferError, file: MesiboFileTransfer) => void,
  ) => void;
}

/** Runs an example as a command: sends files from Alice to Bob, and sets the exit code. */
export async function runDemo<Options>(story: DemoStory<Options>): Promise<void> {
  const options = readOptions(process.argv.slice(2), story);
  if (options === undefined) return;
  process.exitCode = await withWorkspace((workspace) => send(story, options, workspace));
}

/** True when every file arrived as it was sent. */
async function send<Options>(
  story: DemoStory<Options>,
  { files: wanted, sizeMiB }: DemoOptions,
  workspace: Workspace,
): Promise<boolean> {
  const { signal } = workspace;
  const store = await story.openStore(workspace);
  console.log(store.description);

  const network = new MesiboNetwork();
  const alice = network.user('alice');
  const bob = network.user('bob');
  const watch = new Watch(alice, bob, createProgress(), signal);
  for (const user of [alice, bob]) story.register(user, store.options, watch.onError);
  bob.setPath(workspace.received);

  const files = wanted.length > 0 ? wanted : await makeSamples(workspace.sent, sizeMiB, signal);
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

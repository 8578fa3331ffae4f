import { describe, expect, it } from 'vitest';
import { SampleHandler } from '../../test/file-info.ts';
import { createWorld, receiveFile, sendFile, stateOf, type World } from '../../test/world.ts';
import { MODE, STATUS } from './constants.ts';
import { toCurrentHandler } from './current-handler.ts';

/** Today's host, with a handler of the FileInfo generation on either side. */
function bridgedWorld(): World & { readonly gen1: SampleHandler; readonly faults: unknown[] } {
  const world = createWorld();
  const gen1 = new SampleHandler();
  const faults: unknown[] = [];
  world.alice.removeListener(world.sender);
  world.alice.addListener(toCurrentHandler(gen1, (error) => faults.push(error)));
  return { ...world, gen1, faults };
}

/** Bob's side of it. */
function receiving() {
  const world = createWorld();
  const gen1 = new SampleHandler();
  world.bob.removeListener(world.receiver);
  world.bob.addListener(toCurrentHandler(gen1));
  return { world, gen1 };
}

const url = 'https://store.example/key';

describe('a handler of the FileInfo generation, in today’s host,', () => {
  it('uploads: 100 with INPROGRESS is the end, and its URL goes to the receiver', () => {
    const world = bridgedWorld();
    const message = sendFile(world);
    const file = world.gen1.last;
    expect([file.mode, file.getPath(), file.getUrl(), file.userInteraction, file.mid]).toEqual([
      MODE.UPLOAD,
      '/alice/photo.jpg',
      null,
      false,
      message.mid,
    ]);
    expect([file.getParams().origin, file.getParams().ts]).toEqual([0, message.ts]);
    world.gen1.progress(40);
    expect([message.getProgress(), file.getProgress(), file.getStatus()]).toEqual([
      40,
      40,
      STATUS.INPROGRESS,
    ]);
    expect(world.gen1.done(url)).toBe(true);
    world.settle();
    expect([stateOf(message), message.getFile()?.url]).toEqual(['ready', url]);
    expect([file.getProgress(), file.getStatus(), file.isTransferred()]).toEqual([
      100,
      STATUS.INPROGRESS,
      true,
    ]);
    expect(world.bobSaw.messages).toHaveLength(1);
  });

  it('downloads, with no URL in its result', () => {
    const { world, gen1 } = receiving();
    const message = receiveFile(world);
    const file = gen1.last;
    expect([file.mode, file.getUrl(), file.getPath(), file.mayExist()]).toEqual([
      MODE.DOWNLOAD,
      url,
      message.getFilePath(),
      false,
    ]);
    gen1.done();
    expect([stateOf(message), file.mayExist()]).toEqual(['ready', true]);
  });

  it.each([
    ['FAILED', STATUS.FAILED],
    ['RETRYLATER', STATUS.RETRYLATER],
  ] as const)('fails with -1 and %s, and can be started again by the user', (_name, status) => {
    const world = bridgedWorld();
    const message = sendFile(world);
    const file = world.gen1.last;
    expect(world.gen1.fail(status)).toBe(true);
    expect([stateOf(message), file.getProgress(), file.getStatus()]).toEqual(['failed', -1, status]);
    expect(message.startFileTransfer(1)).toBe(true);
    expect([world.gen1.last.userInteraction, stateOf(message)]).toEqual([true, 'running']);
  });

  it('has failed where it gives no URL, also when one was set before: an upload endpoint is none', () => {
    const world = bridgedWorld();
    const message = sendFile(world);
    world.gen1.done(null);
    expect(stateOf(message)).toBe('failed');
    world.gen1.onStart = (file) => file.getUrl() === null;
    world.gen1.last.setUrl('https://api.example/upload.php');
    expect(message.startFileTransfer(1)).toBe(true);
  });

  it('is not heard before it started, after it ended, or after it was stopped', () => {
    const world = bridgedWorld();
    const message = sendFile(world);
    const file = world.gen1.last;
    message.stopFileTransfer();
    expect(world.gen1.stopped).toEqual([file]);
    expect(file.getStatus()).toBe(STATUS.IDLE);
    expect([world.gen1.progress(50), world.gen1.done(url), world.gen1.fail()]).toEqual([false, false, false]);
    expect(stateOf(message)).toBe('required');
    message.startFileTransfer(1);
    expect([world.gen1.done(url), world.gen1.done(url), world.gen1.fail()]).toEqual([true, false, false]);
    expect(stateOf(message)).toBe('ready');
  });

  it('may report before its start has answered, which counts only if the answer is yes', () => {
    for (const [answer, state] of [
      [true, 'ready'],
      [false, 'required'],
    ] as const) {
      const world = bridgedWorld();
      world.gen1.onStart = () => world.gen1.progress(20) && world.gen1.done(url) && answer;
      const message = sendFile(world);
      expect(stateOf(message)).toBe(state);
      expect(world.gen1.last.isTransferred()).toBe(answer);
      expect(world.gen1.progress(30)).toBe(false);
    }
  });

  it('that throws or answers nonsense has not started, and the host is told', () => {
    const world = bridgedWorld();
    world.gen1.onStart = () => {
      throw new Error('on purpose');
    };
    expect(stateOf(sendFile(world))).toBe('required');
    world.gen1.onStart = () => 'yes' as never;
    expect(stateOf(sendFile(world))).toBe('required');
    expect(world.errors.map(String)).toEqual([
      expect.stringContaining('on purpose'),
      expect.stringContaining('must answer a boolean'),
    ]);
    expect(world.gen1.done(url)).toBe(false);
  });

  it('cannot let progress go back, nor mean anything by odd numbers and states', () => {
    const world = bridgedWorld();
    const message = sendFile(world);
    for (const percent of [30, 20, 30.9, 99.5]) world.gen1.progress(percent);
    expect([world.gen1.last.getProgress(), message.getProgress()]).toEqual([99, 99]);
    for (const odd of [-1, Number.NaN]) expect(world.gen1.progress(odd)).toBe(false);
    world.gen1.last.setListener({
      Mesibo_onFileTransferProgress: () => {
        throw new Error('a fault of the app');
      },
    });
    expect(world.gen1.fail()).toBe(true);
    expect([stateOf(message), world.faults.length]).toEqual(['failed', 1]);
  });

  it('keeps an object of its own on the file, and finds it when it is stopped', () => {
    const world = bridgedWorld();
    const message = sendFile(world);
    const context = world.gen1.last.getFileTransferContext();
    message.stopFileTransfer();
    expect(context).toEqual({ cancelled: false });
    expect(world.gen1.stopped[0]?.getFileTransferContext()).toBe(context);
  });

  it('sees what is protected, and an app’s own object', () => {
    const { world, gen1 } = receiving();
    const message = world.alice.getProfile('bob').newMessage();
    message.setContent('/alice/photo.jpg');
    message.signedFiles = true;
    message.send();
    world.bob.addListener({
      Mesibo_onMessage: (received) => {
        const file = received.getFile();
        if (file !== null) file.object = 'mine';
      },
    });
    world.sender.last.setResult(true, url);
    world.settle();
    expect([gen1.last.secure, gen1.last.getData()]).toEqual([true, 'mine']);
  });
});

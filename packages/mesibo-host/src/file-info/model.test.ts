import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createOldWorld, nameOf, type OldWorld, PHOTO_URL, photo, toBob } from '../../test/file-info.ts';
import { stateOf } from '../../test/world.ts';
import type { MesiboMessage } from '../messages/message.ts';
import { STATUS } from './constants.ts';
import type { FileInfo } from './file-info.ts';

const act = fc.oneof(
  fc.record({ do: fc.constantFrom('send', 'start', 'stop', 'read', 'toggle') }),
  fc.record({ do: fc.constant('progress'), percent: fc.integer({ min: -5, max: 99 }) }),
  fc.record({ do: fc.constantFrom('done', 'done without a URL', 'fail', 'retry later') }),
  fc.record({ do: fc.constant('behave'), as: fc.constantFrom('accept', 'decline', 'throw', 'end at once') }),
);
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;

/** Where the sequences led. */
const reached = new Set<string>();

/** One file of Alice's, what is done with it, and what must hold after each step. */
class Play {
  readonly old: OldWorld = createOldWorld();
  readonly file: FileInfo = photo(this.old);
  /** Steps of the transfer as its listener was told, since it began last. */
  #told: string[] = [];
  /** Those of Alice's that were told of. */
  readonly #messages = new Set<MesiboMessage>();
  #sent = 0;
  #started = 0;
  readonly faults: string[] = [];

  constructor() {
    let percent = 0;
    this.file.setListener({
      Mesibo_onFileTransferProgress: (file) => {
        const step = `${file.getProgress()} ${nameOf(file.getStatus())}`;
        if (step === '0 INPROGRESS') this.#told = [];
        else if (this.#told.length === 0) this.faults.push(`${step} before its start`);
        else if (!/^\d+ INPROGRESS$/.test(this.#told.at(-1) ?? '') || this.#told.at(-1) === '100 INPROGRESS')
          this.faults.push(`${step} after ${this.#told.at(-1)}`);
        if (file.getStatus() === STATUS.INPROGRESS && file.getProgress() < percent && step !== '0 INPROGRESS')
          this.faults.push('progress went back');
        percent = Math.max(0, file.getProgress());
        this.#told.push(step);
        return true;
      },
    });
    const seen = (message: MesiboMessage): void => void this.#messages.add(message);
    this.old.world.alice.addListener({ Mesibo_onMessageUpdate: seen, Mesibo_onMessageStatus: seen });
    this.behave('accept');
  }

  step(one: Act): void {
    const { alice, sender, world } = this.old;
    if (one.do === 'send') {
      this.#sent += 1;
      alice.sendFile(toBob(), BigInt(this.#sent), this.file);
    } else if (one.do === 'start') alice.startFileTransfer(this.file);
    else if (one.do === 'stop') alice.stopFileTransfer(this.file);
    else if (one.do === 'read') world.alice.createReadSession().read(2);
    else if (one.do === 'toggle') [...this.#messages].at(-1)?.toggleFileTransfer(1);
    else if (one.do === 'behave' && 'as' in one) this.behave(one.as);
    else if (one.do === 'progress' && 'percent' in one) sender.progress(one.percent, this.file);
    else if (one.do === 'done') sender.done(PHOTO_URL, this.file);
    else if (one.do === 'done without a URL') sender.done(null, this.file);
    else sender.fail(one.do === 'fail' ? STATUS.FAILED : STATUS.RETRYLATER, this.file);
    world.settle();
  }

  behave(as: string): void {
    const { sender } = this.old;
    sender.onStart = (file) => {
      this.#started += 1;
      if (as === 'throw') throw new Error('on purpose');
      if (as === 'end at once') sender.done(PHOTO_URL, file);
      return as !== 'decline';
    };
  }

  check(): void {
    const { sender, bobSaw } = this.old;
    expect(this.faults).toEqual([]);
    expect(sender.asked).toHaveLength(this.#started);
    expect(new Set(sender.asked).size).toBeLessThanOrEqual(1);
    const states = [...this.#messages].map(stateOf);
    for (const state of [...states, nameOf(this.file.getStatus())]) reached.add(state);
    const running = this.file.getStatus() === STATUS.INPROGRESS && !this.file.isTransferred();
    // All that wait for the file wait for one transfer of it, and what runs for a message runs for the app too.
    if (states.includes('running')) expect(running).toBe(true);
    expect(bobSaw.files).toHaveLength(states.filter((state) => state === 'ready').length);
    for (const { file } of bobSaw.files) expect(file.getUrl()).toBe(PHOTO_URL);
  }
}

it('over any sequence of what apps and handlers do, a file has one transfer at a time, which ends once', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 20 }), (acts) => {
      const play = new Play();
      for (const one of acts) {
        play.step(one);
        play.check();
      }
    }),
    { numRuns: 500, seed: 1 },
  );
  const everywhere = ['ready', 'running', 'failed', 'required', 'IDLE', 'INPROGRESS', 'RETRYLATER', 'FAILED'];
  expect([...reached].sort()).toEqual(everywhere.sort());
});

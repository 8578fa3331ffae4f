import { Readable } from 'node:stream';
import {
  createRuntime,
  type Runtime,
  type Signer,
  type Source,
  type StoredObject,
  TransferError,
} from '@mesibo-files/handler-core';
import type { Verdict } from '@mesibo-files/handler-core/provider';
import {
  type ManualClock,
  type MemoryStore,
  manualClock,
  memoryStore,
} from '@mesibo-files/handler-core/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { settled } from '../../test/wire/settled.ts';
import { FilePart } from './file-part.ts';
import { memorySource, streamSource } from './sources.ts';
import { storeFile } from './store-file.ts';
import type { Owner } from './upload-signer.ts';

const bytes = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * index) >> 3));
const facts = {
  name: 'a.bin',
  contentType: 'x/y',
  uid: 1,
  mid: 2n,
  fileSource: 0,
  maxSize: 100_000,
  secure: true,
  owner: null,
};
const stream = (): Source =>
  streamSource(
    new FilePart(Readable.from([bytes]), { name: 'a.bin', contentType: '' }, Promise.resolve(), 100_000),
  );
const memory = (): Source => memorySource('a.bin', [bytes.subarray(0, 7), bytes.subarray(7)]);

describe.each(['single', 'parts', 'session'] as const)('a file for the store, through a %s plan', (shape) => {
  let store: MemoryStore;
  let signer: Signer;
  let runtime: Runtime;
  let clock: ManualClock;
  const never = new AbortController().signal;

  beforeEach(() => {
    clock = manualClock();
    store = memoryStore({ clock });
    signer = store.signer({ shape, partSize: 8192, ...(shape === 'single' ? { maxSize: 60_000 } : {}) });
    runtime = createRuntime({ ports: { clock, http: store.http }, limits: { attempts: 1 } });
  });
  const nothingStays = (): void => {
    expect([...store.objects.keys()]).toEqual([]);
    expect(store.unfinished()).toBe(0);
  };

  it.each([
    ['a stream', stream],
    ['memory', memory],
  ])('is stored from %s, bounded and protected as the server says', async (_, source) => {
    const begun: unknown[] = [];
    const spied: Signer = {
      ...signer,
      begin: (file, call) => {
        begun.push([file.maxSize, file.secure]);
        return signer.begin(file, call);
      },
    };
    const object = await storeFile(runtime, spied, { ...facts, source: source() }, never);
    expect(Buffer.compare(store.objects.bytes(object.key) ?? Buffer.alloc(0), bytes)).toBe(0);
    expect(object.sender).toEqual({ uid: 1, mid: '2', source: 0, secure: true });
    expect(begun).toEqual([
      [Math.min(100_000, (await signer.capabilities({ signal: never })).maxSize), true],
    ]);
  });

  it.each([
    ['a stream', stream],
    ['memory', memory],
  ])('leaves nothing when the commit fails, or its answer is lost: from %s', async (_, source) => {
    for (const lost of [false, true]) {
      const failing: Signer = {
        ...signer,
        commit: async (ticket, manifest, call) => {
          if (lost) await signer.commit(ticket, manifest, call);
          throw new TransferError('access-denied', 'no');
        },
      };
      await expect(storeFile(runtime, failing, { ...facts, source: source() }, never)).rejects.toMatchObject({
        code: 'access-denied',
      });
      nothingStays();
    }
  });

  describe('with an owner who is asked', () => {
    const asking = (answers: readonly Verdict[]): Owner & { readonly seen: string[][] } => {
      const seen: string[][] = [];
      return {
        seen,
        staging: 'readable',
        inspection: () => ({
          inspect: async () => {
            seen.push(store.objects.keys().filter((key) => !key.startsWith('pending/')));
            return answers[Math.min(seen.length, answers.length) - 1] ?? { verdict: 'keep' };
          },
        }),
        onRefused: () => undefined,
      };
    };
    const later: Verdict = { verdict: 'later', retryAfter: 1_000 };
    /** Sends the file, while time passes. */
    const sending = async (owner: Owner): Promise<StoredObject> => {
      const stored = storeFile(runtime, signer, { ...facts, owner, source: memory() }, never);
      let over = false;
      const end = (): void => {
        over = true;
      };
      stored.then(end, end);
      while (!over) await clock.advance(1_000);
      return stored;
    };

    it('waits until it is decided, while nobody can read it', async () => {
      const owner = asking([later, later, { verdict: 'keep' }]);
      const object = await sending(owner);
      expect(owner.seen).toEqual([[], [], []]);
      expect(store.objects.keys()).toEqual([object.key]);
    });

    it('leaves nothing of what the owner removes', async () => {
      const refused = sending(asking([{ verdict: 'remove', reason: 'A virus.' }]));
      await expect(refused).rejects.toMatchObject({ code: 'forbidden', retryable: false });
      nothingStays();
    });

    it('leaves nothing when the owner takes too long, and says that it may be sent again', async () => {
      await expect(sending(asking([later]))).rejects.toMatchObject({
        code: 'commit-pending',
        retryable: true,
      });
      nothingStays();
    });
  });

  it('leaves nothing when the client goes away, whenever that is', async () => {
    const steps = ['begin', 'sign', 'commit'] as const;
    for (const step of steps) {
      for (const when of ['before', 'after'] as const) {
        const gone = new AbortController();
        const reason = new Error('gone');
        const leaving: Signer = {
          ...signer,
          [step]: async (...given: Parameters<Signer['begin']>) => {
            if (when === 'before') gone.abort(reason);
            const answer = await (signer[step] as Signer['begin'])(...given);
            gone.abort(reason);
            return answer;
          },
        };
        for (const source of [stream(), memory()]) {
          await storeFile(runtime, leaving, { ...facts, source }, gone.signal).then(
            // A plan that is signed at once never signs.
            () => expect(step).toBe('sign'),
            (error) => expect(error).toBe(reason),
          );
          if (!gone.signal.aborted) for (const key of store.objects.keys()) store.objects.delete(key);
          nothingStays();
        }
      }
    }
  });

  it('is read no further once nobody waits for it', async () => {
    const gone = new AbortController();
    let readAfterwards = 0;
    const source = memory();
    const counted: Source = {
      ...source,
      read: (offset, buffer) => {
        if (gone.signal.aborted) readAfterwards += 1;
        return source.read(offset, buffer);
      },
    };
    const leaving: Signer = {
      ...signer,
      begin: (file, call) => {
        gone.abort(new Error('gone'));
        return signer.begin(file, call);
      },
    };
    const stored = storeFile(runtime, leaving, { ...facts, source: counted }, gone.signal);
    await expect(stored).rejects.toThrow('gone');
    expect(readAfterwards).toBe(0);
  });

  it('is begun to the end, for what is broken off there nobody could find', async () => {
    const gone = new AbortController();
    let goOn = (): void => undefined;
    const slow: Signer = {
      ...signer,
      begin: async (file, call) => {
        const plan = await signer.begin(file, call);
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        call.signal.throwIfAborted();
        return plan;
      },
    };
    const stored = storeFile(runtime, slow, { ...facts, source: memory() }, gone.signal);
    const failed = expect(stored).rejects.toThrow('gone');
    await settled();
    gone.abort(new Error('gone'));
    await clock.advance(20_000);
    goOn();
    await failed;
    await settled();
    nothingStays();
  });

  it('is given up when the store does not come back, once nobody waits', async () => {
    const gone = new AbortController();
    const stuck: Signer = {
      ...signer,
      capabilities: (call) =>
        new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason))),
    };
    const stored = storeFile(runtime, stuck, { ...facts, source: memory() }, gone.signal);
    const reason = new Error('gone');
    const failed = expect(stored).rejects.toBe(reason);
    await settled();
    gone.abort(reason);
    await clock.advance(20_000);
    await failed;
  });
});

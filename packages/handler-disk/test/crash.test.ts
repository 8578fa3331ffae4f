import type { SessionPlan, Verdict } from '@mesibo-files/handler-core/provider';
import { describe, expect, it } from 'vitest';
import type { DiskStore } from '../src/index.ts';
import { bytesOf, call, type DiskBench, diskBench, factsOf, manifestOf, send, signedPut } from './bench.ts';
import { dyingFiles, watchedFiles } from './file-systems.ts';
import { askOffset, sendChunk } from './session-client.ts';

const bytes = bytesOf(200_000);
const LATER = 100 * 60 * 60 * 1000;

/** What is visible is whole: as the folder holds it, and as a reader gets it. */
async function wholeOrNothing(b: DiskBench, store: DiskStore): Promise<number> {
  const keys = await b.inside.keys();
  for (const key of keys) {
    expect(Buffer.compare(await b.inside.bytes(key), bytes)).toBe(0);
    const plan = await store.signer.read(`${b.server.endpoint}/disk/${key}`, call);
    expect((await send(plan.request)).body.equals(bytes)).toBe(true);
    expect(plan).toMatchObject({ size: bytes.length, contentType: 'video/mp4', name: 'clip.mp4' });
  }
  return keys.length;
}

/** Runs something on a process that dies at its first, second, … operation, until it gets to its end. */
async function atEveryOperation(
  own: { singleUpTo: number },
  run: (b: DiskBench, dying: DiskStore) => Promise<unknown>,
  after: (b: DiskBench, alive: DiskStore) => Promise<void>,
): Promise<number> {
  for (let at = 1; ; at++) {
    const b = await diskBench(own);
    await b.store.start();
    const { files, died } = dyingFiles(at);
    const dying = b.replica({}, files);
    b.serve(dying);
    await run(b, dying).catch(() => undefined);
    // What comes next is another process, long after.
    const alive = b.replica({ clock: { now: () => Date.now() + LATER }, timeToLive: 7 * 86_400_000 });
    b.serve(alive);
    await wholeOrNothing(b, alive);
    await after(b, alive);
    expect(await wholeOrNothing(b, alive)).toBe(1);
    await alive.sweep();
    expect(await b.staged()).toEqual([]);
    await b.server.stop();
    if (!died()) return at - 1;
  }
}

describe('a process that is killed at any operation', () => {
  it('in a single PUT leaves nothing visible or the whole, and the file can be stored by its next attempt', async () => {
    const operations = await atEveryOperation(
      { singleUpTo: 1_000_000 },
      async (b) => {
        const { request } = await signedPut(b.store, bytes);
        await send(request, bytes);
      },
      async (b, alive) => {
        if ((await b.inside.keys()).length > 0) return;
        const { request } = await signedPut(alive, bytes);
        expect((await send(request, bytes)).status).toBe(200);
      },
    );
    expect(operations).toBeGreaterThan(15);
  });

  it('in a session loses no more than the chunk under way, and the upload goes on by its ticket', async () => {
    let plan: SessionPlan | undefined;
    const operations = await atEveryOperation(
      { singleUpTo: 0 },
      async (_, dying) => {
        plan = undefined;
        const begun = await dying.signer.begin(factsOf(bytes), call);
        plan = begun.shape === 'session' ? begun : undefined;
        const request = plan?.signed[0]?.request;
        if (plan === undefined || request === undefined) throw new Error('This is no session.');
        for (const first of [0, 70_000, 140_000]) {
          const { status } = await sendChunk(request, bytes, first, Math.min(first + 70_000, bytes.length));
          if (status >= 400) throw new Error('The server is dead.');
        }
        await dying.signer.commit(plan.ticket, manifestOf(bytes), call);
      },
      async (_, alive) => {
        const ticket = plan?.ticket ?? (await alive.signer.begin(factsOf(bytes), call)).ticket;
        const { stored } = await alive.signer.resume(ticket, call);
        expect(stored.state).not.toBe('gone');
        const [part] = await alive.signer.sign(
          ticket,
          [{ number: 1, size: bytes.length, digests: {} }],
          call,
        );
        if (part === undefined) throw new Error('Nothing was signed.');
        const offset = stored.state === 'committed' ? null : await askOffset(part.request);
        if (offset !== null) {
          expect(offset % 70_000).toBe(0);
          expect((await sendChunk(part.request, bytes, offset)).status).toBe(200);
        }
        const committed = await alive.signer.commit(ticket, manifestOf(bytes), call);
        expect(committed.state).toBe('stored');
      },
    );
    expect(operations).toBeGreaterThan(35);
  });

  it('in a PUT that waits and its commit leaves nothing readable or the whole, and the upload goes on by its ticket', async () => {
    const staged = { ...call, staging: 'hidden' } as const;
    let begun: string | undefined;
    const operations = await atEveryOperation(
      { singleUpTo: 1_000_000 },
      async (_, dying) => {
        begun = undefined;
        const plan = await dying.signer.begin(factsOf(bytes), staged);
        begun = plan.ticket;
        const request = plan.signed[0]?.request;
        if (request === undefined) throw new Error('Nothing was signed.');
        if ((await send(request, bytes)).status >= 400) throw new Error('The server is dead.');
        await dying.signer.commit(plan.ticket, manifestOf(bytes), call);
      },
      async (_, alive) => {
        const ticket = begun ?? (await alive.signer.begin(factsOf(bytes), staged)).ticket;
        const { stored } = await alive.signer.resume(ticket, call);
        expect(stored.state).not.toBe('gone');
        if (stored.state === 'parts' && stored.parts.length === 0) {
          const { digests } = manifestOf(bytes);
          const wanted = { number: 1, size: bytes.length, digests };
          const [part] = await alive.signer.sign(ticket, [wanted], call);
          if (part === undefined) throw new Error('Nothing was signed.');
          expect((await send(part.request, bytes)).status).toBe(200);
        }
        expect((await alive.signer.commit(ticket, manifestOf(bytes), call)).state).toBe('stored');
      },
    );
    expect(operations).toBeGreaterThan(25);
  });

  it('in a refusal leaves nothing readable, and the refusal stands or is made again', async () => {
    const staged = { ...call, staging: 'readable' } as const;
    const inspect = async (): Promise<Verdict> => ({ verdict: 'remove', reason: 'A virus.' });
    for (let at = 1; ; at++) {
      const b = await diskBench({ singleUpTo: 1_000_000 });
      const { ticket, signed } = await b.store.signer.begin(factsOf(bytes), staged);
      const request = signed[0]?.request;
      if (request === undefined) throw new Error('Nothing was signed.');
      expect((await send(request, bytes)).status).toBe(200);
      const { files, died } = dyingFiles(at);
      const dying = b.replica({}, files);
      await dying.signer.commit(ticket, manifestOf(bytes), { ...call, inspect }).catch(() => undefined);
      expect(await b.inside.keys()).toEqual([]);
      const again = await b.store.signer.commit(ticket, manifestOf(bytes), { ...call, inspect });
      expect(again).toMatchObject({ state: 'refused', code: 'forbidden', reason: 'A virus.' });
      // Nothing brings it back.
      expect((await send(request, bytes)).status).toBe(404);
      expect(await b.inside.keys()).toEqual([]);
      expect(await b.inside.unfinished()).toBe(0);
      await b.server.stop();
      if (!died()) break;
      expect(at).toBeLessThan(100);
    }
  });

  it('in a removal leaves the object or nothing of it', async () => {
    const operations = await atEveryOperation(
      { singleUpTo: 1_000_000 },
      async (b, dying) => {
        b.serve(b.store);
        const { request } = await signedPut(b.store, bytes);
        await send(request, bytes);
        const [key = ''] = await b.inside.keys();
        await dying.signer.remove(`${b.server.endpoint}/disk/${key}`, call);
      },
      async (b, alive) => {
        if ((await b.inside.keys()).length > 0) return;
        await send((await signedPut(alive, bytes)).request, bytes);
      },
    );
    expect(operations).toBeGreaterThan(3);
  });
});

describe('what lasts through a loss of power', () => {
  /** The names of operations on a path, shortened to what matters. */
  function recorder(): { readonly log: string[]; readonly files: ReturnType<typeof watchedFiles> } {
    const log: string[] = [];
    const short = (path: string): string =>
      path
        .replace(/.*\/(staging|objects)/, '$1')
        .replace(/[0-9a-f]{16,32}/g, '#')
        .replace(/\d{4}\/\d{2}/, 'month')
        .replace(/(held|free)-\d+-[0-9a-f]{8}/, '$1');
    const files = watchedFiles((operation, ...paths) => {
      if (/sync|rename|write|copyFile/.test(operation)) log.push([operation, ...paths.map(short)].join(' '));
    });
    return { log, files };
  }

  it('of a single PUT: bytes, record and folder are flushed, then it is renamed, then that is flushed', async () => {
    const b = await diskBench({ singleUpTo: 1_000_000 });
    const { files, log } = recorder();
    const store = b.replica({}, files);
    b.serve(store);
    await send((await signedPut(store, bytes)).request, bytes);
    log.length = 0;
    await send((await signedPut(store, bytes)).request, bytes);
    expect(log).toEqual([
      'handle.writev staging/put-#/clip.mp4',
      'handle.sync staging/put-#/clip.mp4',
      'handle.writeFile staging/put-#/.object.json',
      'handle.sync staging/put-#/.object.json',
      'handle.sync staging/put-#',
      'rename staging/put-# objects/mesibo/1/month/#',
      'handle.sync objects/mesibo/1/month',
    ]);
  });

  it('of a session: the same, with the bytes flushed before the last chunk is answered', async () => {
    const b = await diskBench({ singleUpTo: 0 });
    const { files, log } = recorder();
    const store = b.replica({}, files);
    b.serve(store);
    const plan = await store.signer.begin(factsOf(bytes), call);
    const request = plan.signed[0]?.request;
    if (request === undefined) throw new Error('Nothing was signed.');
    log.length = 0;
    await sendChunk(request, bytes, 0);
    expect(log.slice(1)).toEqual([
      'handle.writev staging/session-#/held-#',
      'handle.sync staging/session-#/held-#',
      'handle.writeFile staging/session-#/sealed-#/.object.json',
      'handle.sync staging/session-#/sealed-#/.object.json',
      'rename staging/session-#/held-# staging/session-#/sealed-#/clip.mp4',
    ]);
    log.length = 0;
    await store.signer.commit(plan.ticket, manifestOf(bytes), call);
    const placed = 'rename staging/session-#/sealed-# objects/mesibo/1/month/#';
    const at = log.indexOf(placed);
    expect(log[at - 1]).toBe('handle.sync staging/session-#/sealed-#');
    expect(log[at + 1]).toBe('handle.sync objects/mesibo/1/month');
  });

  it('of new folders: each is flushed into the one above it', async () => {
    const b = await diskBench({ singleUpTo: 1_000_000 });
    const { files, log } = recorder();
    const store = b.replica({}, files);
    b.serve(store);
    await send((await signedPut(store, bytes)).request, bytes);
    const flushed = log.filter((each) => each.startsWith('handle.sync objects'));
    const month = 'handle.sync objects/mesibo/1/month';
    expect(flushed).toEqual([
      'handle.sync objects',
      'handle.sync objects/mesibo',
      'handle.sync objects/mesibo/1',
      expect.stringMatching(/^handle.sync objects\/mesibo\/1\/\d{4}$/),
      month,
    ]);
  });
});

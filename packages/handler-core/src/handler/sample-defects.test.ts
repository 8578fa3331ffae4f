import { describe, expect, it, vi } from 'vitest';
import { bench } from '../../test/bench.ts';
import { settled } from '../../test/context.ts';
import { bytes, handlerOf, results } from '../../test/handler.ts';
import { SAMPLE_POLICIES } from '../../test/sample-policies.ts';
import { transfer } from '../../test/transfer.ts';

const page = '<html><body>404: no such file</body></html>';

describe("defects of mesibo's sample handlers that do not occur:", () => {
  it('a download that reaches 100 % has succeeded', async () => {
    const b = bench();
    const { url } = await b.send(bytes);
    const file = transfer({ upload: false, url, path: '/out.bin' });
    const over = file.settled();
    handlerOf(b).start(file);
    expect(await over).toBe('true');
    expect(file.reported.slice(-2)).toEqual(['100', 'true']);
  });

  it.each([404, 200])('an HTML page, answered with %i, is never saved as the file', async (status) => {
    const answer = { do: 'answer', status, headers: { 'content-type': 'text/html' }, body: page } as const;
    const b = bench({}, [{ ...answer, method: 'GET' }]);
    const { url } = await b.send(bytes);
    const { start, errors } = handlerOf(b);
    const file = transfer({ upload: false, url, path: '/out.bin' });
    const over = file.settled();
    start(file);
    expect(await over).toBe('false');
    expect(b.files.files.has('/out.bin')).toBe(false);
    expect(errors).toHaveLength(1);
  });

  it('an upload is not at 100 % before the store has it for good', async () => {
    const b = bench();
    const { start } = handlerOf(b);
    let commit: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      commit = resolve;
    });
    b.store.faults.beforeSigner = (method) => (method === 'commit' ? gate : undefined);
    const file = transfer({});
    const over = file.settled();
    start(file);
    await vi.waitFor(() => expect(b.store.requests.filter(({ status }) => status === 200)).toHaveLength(4));
    await settled();
    expect(file.reported.map(Number).every((percent) => percent < 100)).toBe(true);
    expect(file.reported).not.toEqual([]);
    commit();
    expect(await over).toMatch(/^true/);
  });

  it('progress never drops back, not even after a retry', async () => {
    const b = bench({}, [{ do: 'cut-request', after: 9, method: 'PUT', nth: [2, 4] }]);
    const file = transfer({});
    const over = file.settled();
    handlerOf(b).start(file);
    await over;
    const percents = file.reported.slice(0, -1).map(Number);
    expect(percents).toEqual([...percents].sort((left, right) => left - right));
    expect(b.events.some(({ type }) => type === 'retrying')).toBe(true);
  });

  it('one that is stopped while it waits in the queue is never sent', async () => {
    const b = bench({}, [], { admission: { ...SAMPLE_POLICIES.android, maxTransfers: 1 } });
    const { start, stop } = handlerOf(b);
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    b.store.faults.beforeSigner = () => gate;
    b.files.files.set('/queued.bin', bytes);
    const [first, queued] = [transfer({}), transfer({ path: '/queued.bin', mid: 6n })];
    const over = first.settled();
    start(first);
    await vi.waitFor(() => expect(b.events.map(({ type }) => type)).toContain('started'));
    start(queued);
    await vi.waitFor(() => expect(b.events.map(({ type }) => type)).toContain('queued'));
    stop(queued);
    go();
    await over;
    await settled();
    expect(results(queued)).toEqual([]);
    expect(b.store.objects.keys()).toHaveLength(1);
  });
});

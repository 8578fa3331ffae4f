import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { encodeForm, filePart, fiveFields, formHeaders, post } from '../../test/wire/forms.ts';
import { until } from '../../test/wire/settled.ts';
import { startWorld } from '../../test/wire/world.ts';
import { planMemory } from './memory.ts';
import { Spool } from './spool.ts';

const MIB = 1024 * 1024;

describe('the memory of uploads', () => {
  it('is divided so that it suffices for all of them', () => {
    const settings = fc.record({
      uploadMemory: fc.integer({ min: MIB, max: 4096 * MIB }),
      maxUploads: fc.integer({ min: 1, max: 2_000 }),
    });
    fc.assert(
      fc.property(settings, ({ uploadMemory, maxUploads }) => {
        const least = maxUploads * 0.5 * MIB + 36 * MIB;
        const plan = (): ReturnType<typeof planMemory> => planMemory({ uploadMemory, maxUploads }, false);
        if (uploadMemory < least) expect(plan).toThrow('Raise it, or lower maxUploads');
        else {
          const { streams, files } = plan();
          expect(streams).toBeGreaterThanOrEqual(1);
          expect(files).toBeGreaterThanOrEqual(1);
          const held = maxUploads * 0.5 * MIB + (streams + files) * 18 * MIB;
          expect(held).toBeLessThanOrEqual(uploadMemory);
        }
      }),
    );
  });

  it('where the store is in the process, is 1 MiB for each', () => {
    expect(planMemory({ uploadMemory: 256 * MIB, maxUploads: 256 }, true)).toMatchObject({ streams: 256 });
    const plan = (): unknown => planMemory({ uploadMemory: 256 * MIB, maxUploads: 257 }, true);
    expect(plan).toThrow('257 uploads at once need 257 MiB, and not 256 MiB');
  });

  it('lets an upload that finds no place wait in a temporary file, and not for the client before it', async () => {
    const spoolDirectory = await mkdtemp(join(tmpdir(), 'memory-test-'));
    const take = vi.spyOn(Spool.prototype, 'take');
    // Room for one that is sent as it comes, and one from a file.
    const limits = { maxUploads: 2, uploadMemory: 37 * MIB };
    expect(planMemory(limits, false)).toEqual({ streams: 1, files: 1 });
    const world = await startWorld({ limits, route: { spoolDirectory } });
    onTestFinished(async () => {
      take.mockRestore();
      await world.close();
      await rm(spoolDirectory, { recursive: true });
    });
    const [slow, quick] = [randomBytes(20 * MIB + 5), randomBytes(9 * MIB + 3)];
    const form = encodeForm([...fiveFields(), filePart(slow, 'slow.jpg')]);
    const sent = request(`${world.baseUrl}/upload`, { method: 'POST', headers: formHeaders(), agent: false });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sent.on('response', resolve).on('error', reject);
    });
    sent.write(form.subarray(0, 12 * MIB));
    await until(async () => (await world.openUploads()) === 1);
    expect(take).not.toHaveBeenCalled();

    // The first is in the middle of its file: the second comes and is stored before it.
    const second = await post(world.baseUrl, [...fiveFields(), filePart(quick, 'quick.jpg')]);
    expect(second.status).toBe(200);
    expect(Buffer.compare((await world.object(String(second.body.url))).bytes, quick)).toBe(0);
    expect(take).toHaveBeenCalledTimes(1);
    expect(await world.keys()).toHaveLength(1);

    sent.end(form.subarray(12 * MIB));
    const first = (await json(await answered)) as { readonly url: string };
    expect(Buffer.compare((await world.object(first.url)).bytes, slow)).toBe(0);
    expect(take).toHaveBeenCalledTimes(1);
    const spooled = await take.mock.results[0]?.value;
    expect(spooled).toMatchObject({ file: { fd: -1 }, size: quick.length });
    expect(take.mock.contexts[0]).toMatchObject({ used: 0 });
    expect(await readdir(spoolDirectory)).toEqual([]);
  });
});

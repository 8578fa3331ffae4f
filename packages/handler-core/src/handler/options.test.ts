import { expect, it } from 'vitest';
import { bench } from '../../test/bench.ts';
import { bytes, handlerOf } from '../../test/handler.ts';
import { transfer } from '../../test/transfer.ts';
import { signerOptions } from './options.ts';

it('a download is found by further signers', async () => {
  const old = bench();
  const { url } = await old.send(bytes);
  const b = bench({ prefix: 'new' }, [], { ports: { http: old.store.http } });
  const { start } = handlerOf(b, { alsoRead: [old.signer] });
  const file = transfer({ upload: false, url, path: '/out.bin' });
  expect(b.signer.owns(url)).toBe(false);
  const over = file.settled();
  start(file);
  expect(await over).toBe('true');
  expect(b.files.files.get('/out.bin')).toEqual(bytes);
});

it('an upload carries the id of the user, asked for at every start', async () => {
  const b = bench();
  let uid = 7;
  const { start } = handlerOf(b, { uid: () => uid });
  for (uid = 801; uid < 803; uid += 1) {
    const file = transfer({ mid: BigInt(uid) });
    const over = file.settled();
    start(file);
    await over;
  }
  const meta = b.store.objects.keys().map((key) => JSON.stringify(b.store.objects.inspect(key)?.meta));
  expect(meta.map((text) => /80\d/.exec(text)?.[0])).toEqual(['801', '802']);
});

it("a handler's options are not its signer's", () => {
  const own = { bucket: 'files', region: 'x' };
  expect(signerOptions({ ...own, uid: 5, foreignUrls: 'plain' as const })).toEqual(own);
  expect(signerOptions(undefined as unknown as object)).toBeUndefined();
});

import { randomBytes } from 'node:crypto';
import { type ClientRequest, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeForm, filePart, fiveFields, formHeaders } from '../../test/wire/forms.ts';
import { settled, until } from '../../test/wire/settled.ts';
import { startWorld, type World } from '../../test/wire/world.ts';

const MIB = 1024 * 1024;

describe('when the client goes away', () => {
  let world: World;
  const open: ClientRequest[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) one.destroy();
    await world.close();
  });
  const begin = (): ClientRequest => {
    const sent = request(`${world.baseUrl}/upload`, { method: 'POST', headers: formHeaders(), agent: false });
    sent.on('error', () => undefined);
    open.push(sent);
    return sent;
  };
  const nothingStays = async (): Promise<void> => {
    expect(await world.keys()).toEqual([]);
    expect(await world.openUploads()).toBe(0);
  };
  const over = (): Promise<void> => until(() => world.events.some(({ type }) => type === 'request'));

  it.each([
    ['in a small file', 20_000],
    ['in one of many parts', 40 * MIB],
  ])('%s, nothing stays', async (_, size) => {
    world = await startWorld();
    const sent = begin();
    const whole = encodeForm([...fiveFields(), filePart(randomBytes(size))]);
    sent.write(whole.subarray(0, whole.length / 2));
    await until(() => world.events.some(({ type }) => type === 'started'));
    if (size > MIB) await until(async () => (await world.openUploads()) > 0);
    sent.destroy();
    await over();
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'request', code: 'body-cut-off' }));
    expect(world.events.filter(({ type }) => type === 'fault')).toEqual([]);
    await nothingStays();
  });

  it('after it has sent all, and before the answer, nothing stays', async () => {
    let goAway = (): void => undefined;
    world = await startWorld({
      signer: (own) => ({
        ...own,
        commit: async (ticket, manifest, call) => {
          const committed = await own.commit(ticket, manifest, call);
          goAway();
          await until(() => open.every(({ socket }) => socket?.destroyed === true));
          await settled();
          return committed;
        },
      }),
    });
    const sent = begin();
    goAway = () => void sent.destroy();
    sent.end(encodeForm([...fiveFields(), filePart('a cat')]));
    await over();
    expect(world.events.filter(({ type }) => type === 'stored')).toEqual([]);
    await nothingStays();
  });
});

import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mesibo, type MesiboMessage, MesiboNetwork, type SentMessage } from '@mesibo-files/mesibo-host';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../test/wire/settled.ts';
import { startWorld, TOKEN, tokenOnly, type World, type WorldOptions } from '../../test/wire/world.ts';

describe('mesibo’s own transfers, by setUploadUrl', () => {
  let world: World;
  let folder: string;
  let alice: Mesibo;
  let bob: Mesibo;
  const errors: unknown[] = [];
  const got: MesiboMessage[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'file-server-host-'));
    errors.length = 0;
    got.length = 0;
    const network = new MesiboNetwork({ onError: (error) => errors.push(error) });
    alice = network.user('alice');
    bob = network.user('bob');
    bob.setPath(folder);
    bob.addListener({ Mesibo_onMessage: (message: MesiboMessage) => got.push(message) });
  });
  afterEach(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (options: WorldOptions): Promise<void> => {
    world = await startWorld(options);
    const dialect = options.route?.dialect ?? 'current';
    const privateHosts = [new URL(world.cloud.s3.endpoint).host];
    const settings = { dialect, maxRetries: 0, privateHosts };
    for (const user of [alice, bob]) user.setUploadUrl(`${world.baseUrl}/upload`, TOKEN, settings);
  };
  const over = (message: MesiboMessage): Promise<void> =>
    until(() => message.isFileReady() || message.isFileTransferFailed());
  const sent = async (bytes: Uint8Array, secure = false): Promise<MesiboMessage> => {
    const path = join(folder, 'from-alice.mp4');
    await writeFile(path, bytes);
    const message = alice.getProfile('bob').newMessage();
    message.setContent(path);
    message.secureDownload = secure;
    message.send();
    await over(message);
    return message;
  };
  const received = async (): Promise<Buffer> => {
    await until(() => got.length > 0);
    const [message] = got as [MesiboMessage];
    await over(message);
    expect(errors).toEqual([]);
    return readFile(message.getFile()?.path ?? '');
  };

  it.each([
    ['current', 'redirect', 100_000],
    ['current', 'stream', 20_000_000],
    ['legacy', 'redirect', 9_000_000],
  ] as const)(
    'work in the %s dialect, with downloads by %s, of %i bytes',
    async (dialect, downloads, size) => {
      await start({ route: { dialect }, downloads });
      const bytes = randomBytes(size);
      const message = await sent(bytes);
      expect(message.getFile()?.url).toMatch(
        new RegExp(`^${world.baseUrl}/files/mesibo/0/.*/from-alice.mp4$`),
      );
      expect(Buffer.compare(await received(), bytes)).toBe(0);
      const [key = ''] = await world.keys();
      const stored = await world.object(`${world.baseUrl}/files/${key}`);
      expect(Object.values(stored.metadata)).toEqual(
        expect.arrayContaining(
          [String(alice.getUid()), String(message.mid)].slice(dialect === 'legacy' ? 1 : 0),
        ),
      );
    },
  );

  it('of a forwarded file are for its new reader too, where the server decides by reader, and for nobody else', async () => {
    const sentMessages: SentMessage[] = [];
    const network = new MesiboNetwork({
      onError: (error) => errors.push(error),
      onSent: (message) => sentMessages.push(message),
    });
    const users = ['alice', 'bob', 'carol', 'mallory'].map((address) => network.user(address));
    const nameOf = (uid: number | undefined): string | undefined =>
      users.find((user) => user.getUid() === uid)?.address;
    /** Who uploaded it, and whom a reader sent it to: a stranger who knows the URL can't let anybody in. */
    const mayRead = (url: string, owner: string | undefined, reader: string | undefined): boolean => {
      const readers = new Set([owner]);
      for (const { from, to, url: sentUrl } of sentMessages)
        if (sentUrl === url && readers.has(from)) readers.add(to);
      return reader !== undefined && readers.has(reader);
    };
    world = await startWorld({
      authorise: (request) => {
        const uid = Number(request.credential.token?.replace('token-', ''));
        if (request.action === 'upload') return { allow: true, uid, secure: true };
        return mayRead(request.url, nameOf(request.object.sender?.uid), nameOf(uid))
          ? { allow: true }
          : { allow: false, why: 'forbidden', reason: 'This file is not for you.' };
      },
    });
    const [first, second, third, mallory] = users as [Mesibo, Mesibo, Mesibo, Mesibo];
    const privateHosts = [new URL(world.cloud.s3.endpoint).host];
    const came = new Map<string, MesiboMessage>();
    for (const user of users) {
      await mkdir(join(folder, user.address));
      user.setPath(join(folder, user.address));
      const options = { maxRetries: 0, privateHosts };
      user.setUploadUrl(`${world.baseUrl}/upload`, `token-${user.getUid()}`, options);
      user.addListener({ Mesibo_onMessage: (message: MesiboMessage) => came.set(user.address, message) });
    }
    const arrived = async (user: Mesibo): Promise<MesiboMessage> => {
      await until(() => came.has(user.address));
      const message = came.get(user.address) as MesiboMessage;
      await over(message);
      return message;
    };
    const bytes = randomBytes(50_000);
    await writeFile(join(folder, 'photo.jpg'), bytes);
    const message = first.getProfile('bob').newMessage();
    message.setContent(join(folder, 'photo.jpg'));
    message.secureDownload = true;
    message.send();
    const atBob = await arrived(second);
    expect(atBob.isFileReady()).toBe(true);
    const stolen = mallory.getProfile('mallory').newMessage();
    stolen.setContent(atBob.getFile()?.url ?? '');
    stolen.secureDownload = true;
    stolen.send();
    expect((await arrived(mallory)).isFileTransferFailed()).toBe(true);
    expect(errors.splice(0)).toEqual([expect.objectContaining({ code: 'access-denied' })]);
    second.forwardMessage(atBob, 'carol');
    const atCarol = await arrived(third);
    expect(Buffer.compare(await readFile(atCarol.getFilePath() ?? ''), bytes)).toBe(0);
    expect([(await world.keys()).length, errors]).toEqual([1, []]);
  });

  it('of a protected file bring the token', async () => {
    await start({
      authorise: (request, signal) =>
        request.action === 'upload' ? { allow: true, secure: true } : tokenOnly(request, signal),
    });
    const bytes = randomBytes(50_000);
    const message = await sent(bytes, true);
    expect((await fetch(message.getFile()?.url ?? '')).status).toBe(401);
    expect(Buffer.compare(await received(), bytes)).toBe(0);
  });

  it('are made for a handler that hands a transfer back', async () => {
    await start({});
    alice.addListener({
      Mesibo_onStartFileTransfer: (file) => {
        if (!file.upload) return false;
        const fields = { op: 'upload', auth: TOKEN, uid: 77, mid: file.mid, source: file.source };
        file.start(`${world.baseUrl}/upload`, fields);
        return true;
      },
      Mesibo_onStopFileTransfer: () => true,
    });
    const bytes = randomBytes(70_000);
    const message = await sent(bytes);
    expect(Buffer.compare(await received(), bytes)).toBe(0);
    const { metadata } = await world.object(message.getFile()?.url ?? '');
    expect(Object.values(metadata)).toContain('77');
  });

  it('fail where the server refuses', async () => {
    await start({ authorise: () => ({ allow: false, why: 'forbidden', reason: 'Not you.' }) });
    const message = await sent(randomBytes(3_000_000));
    expect(message.isFileTransferFailed()).toBe(true);
    expect(JSON.stringify(errors)).not.toContain(TOKEN);
    expect(await world.keys()).toEqual([]);
  });
});

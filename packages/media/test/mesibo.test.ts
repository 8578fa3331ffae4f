import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime, SignedFileTransferHandler } from '@mesibo-files/handler-core';
import { memoryStore } from '@mesibo-files/handler-core/testing';
import { MesiboNetwork } from '@mesibo-files/mesibo-host';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { nodeMedia } from '../src/node-media.ts';
import { encode, holds, picture, tagged } from './fixtures.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'media-mesibo-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('a photo reaches the receiver without its position, shrunk, with a thumbnail; nothing is left behind', async () => {
  const photo = await encode(tagged(picture(800, 600), 6), 'jpeg');
  await writeFile(join(folder, 'photo.jpg'), photo);
  const store = memoryStore();
  const runtime = createRuntime({ ports: { http: store.http }, journal: false });
  const network = new MesiboNetwork({ media: nodeMedia({ maxSide: 400 }) });
  const [alice, bob] = [network.user('alice'), network.user('bob')];
  for (const user of [alice, bob]) {
    user.addListener(new SignedFileTransferHandler({ signer: store.signer(), runtime }));
    const own = join(folder, user.address);
    await mkdtemp(own).then((made) => user.setPath(made));
  }
  const message = alice.getProfile('bob').newMessage();
  message.setContent(join(folder, 'photo.jpg'));
  message.imageProcessing = true;
  message.send();
  await vi.waitFor(() => expect(bob.createReadSession().read(1)).toBe(1), 20_000);
  const [got] = bob.messages();
  await vi.waitFor(() => expect(got?.isFileReady()).toBe(true), 20_000);
  const bytes = new Uint8Array(await readFile(got?.getFilePath() ?? ''));
  const facts = await sharp(bytes).metadata();
  expect([facts.width, facts.height, facts.orientation, holds(bytes, 'SECRET')]).toEqual([
    300,
    400,
    undefined,
    false,
  ]);
  const small = await sharp(got?.getThumbnail() ?? bytes).metadata();
  expect([small.width, small.height, got?.getFileName()]).toEqual([120, 160, 'photo.jpg']);
  expect(new Uint8Array(await readFile(join(folder, 'photo.jpg')))).toEqual(photo);
  await vi.waitFor(async () => expect(await readdir(alice.getBasePath())).toEqual([]), 20_000);
});

it('a copy is sent where that is asked for, though nothing is changed', async () => {
  const path = join(folder, 'notes.txt');
  await writeFile(path, 'just text');
  const { prepare, thumbnail } = nodeMedia();
  const copy = await prepare(path, { folder, copyFiles: true });
  expect([copy.path === path, await readFile(copy.path, 'utf8')]).toEqual([false, 'just text']);
  await copy.dispose();
  expect(await readdir(folder)).toEqual(['notes.txt']);
  const small = await thumbnail(await encode(picture(800, 600), 'png'));
  expect((await sharp(small ?? new Uint8Array(0)).metadata()).width).toBe(160);
  expect(await thumbnail(new TextEncoder().encode('just text'))).toBeNull();
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createWorld, receiveFile } from '../../test/world.ts';
import { nodeFiles } from '../device/node-files.ts';
import { receivedPath } from './received.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesibo-host-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the path of a received file', () => {
  it('is inside the folder, whatever the name, and never one that is taken', () => {
    const promised = new Set<string>();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom('../../x', '/etc/passwd', 'a\0b', '..', 'a.txt', 'A.TXT'),
        ),
        (name) => {
          const path = receivedPath(folder, name, nodeFiles, (each) => promised.has(each));
          expect(dirname(path)).toBe(folder);
          expect(promised).not.toContain(path);
          promised.add(path);
        },
      ),
    );
  });

  it('is unique beside a file that is there, and beside one that is on its way', () => {
    writeFileSync(join(folder, 'photo.jpg'), '');
    const path = receivedPath(folder, 'photo.jpg', nodeFiles, (each) => each.endsWith('photo (1).jpg'));
    expect(path).toBe(join(folder, 'photo (2).jpg'));
    const world = createWorld();
    world.disk.add('/bob/photo.jpg');
    receiveFile(world);
    receiveFile(world, '/alice/PHOTO (1).jpg');
    expect(world.receiver.asked.map((file) => file.getPath())).toEqual([
      '/bob/photo (1).jpg',
      '/bob/PHOTO (1) (1).jpg',
    ]);
  });

  it('still fits a file system when a name of full length is taken', () => {
    const name = `${'ä'.repeat(600)}.jpeg`;
    const first = receivedPath(folder, name, nodeFiles, () => false);
    writeFileSync(first, '');
    const second = receivedPath(folder, name, nodeFiles, () => false);
    writeFileSync(second, '');
    expect(second).toMatch(/ä \(1\)\.jpeg$/);
  });
});

describe('Node files', () => {
  it('answer 0 for the size of what is no readable file', () => {
    expect(nodeFiles.size(folder)).toBe(0);
    expect(nodeFiles.size(join(folder, 'missing'))).toBe(0);
    expect(nodeFiles.size(`${folder}/${'x'.repeat(5000)}`)).toBe(0);
    expect(nodeFiles.size('a\0b')).toBe(0);
  });
});

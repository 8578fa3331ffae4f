import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { platformPorts as browserPorts } from '../browser/platform.ts';
import { createRuntime } from '../index.ts';
import type { JournalRecord } from '../ports/journal.ts';
import { fileJournal } from './journal-file.ts';
import { stateFolder } from './state-folder.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'state-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

const record: JournalRecord = {
  transferId: 'a',
  store: 's',
  waiters: [{ key: 'k', remembered: true }],
  fingerprint: 'f',
  slices: [],
  updatedAt: Date.now(),
  state: 'open',
  ticket: 't',
  committing: false,
};

describe('the journal that nobody asked for', () => {
  it('is in the folder that the environment names, and made at its first use', async () => {
    vi.stubEnv('MESIBO_FILES_STATE', join(root, 'state'));
    const { journal } = createRuntime().ports;
    expect(await readdir(root)).toEqual([]);
    // What one runtime is at, the others must not clean up.
    expect(createRuntime().ports.journal).toBe(journal);
    await journal.change('a', () => record);
    expect(await createRuntime().ports.journal.get('k')).toEqual(record);
    await fileJournal(join(root, 'state', 'uploads')).close();
    expect(await readdir(join(root, 'state', 'uploads'))).toEqual([expect.stringMatching(/\.log$/)]);
    expect(await createRuntime().ports.journal.get('k')).toEqual(record);
    await fileJournal(join(root, 'state', 'uploads')).close();
  });

  it("is in the platform's folder for data where the environment names none, and nowhere when it is off", () => {
    vi.stubEnv('MESIBO_FILES_STATE', '');
    expect(stateFolder()).toMatch(/mesibo-files.*uploads$/);
    vi.stubEnv('MESIBO_FILES_STATE', 'off');
    expect(stateFolder()).toBeNull();
  });

  it('tells once that its folder can not be written, and remembers in memory then', async () => {
    await writeFile(join(root, 'file'), '');
    vi.stubEnv('MESIBO_FILES_STATE', join(root, 'file'));
    const { journal } = createRuntime().ports;
    await expect(journal.change('a', () => record)).rejects.toMatchObject({
      code: 'file-io',
      message: expect.stringContaining(join(root, 'file', 'uploads')),
    });
    await journal.change('a', () => record);
    expect(await journal.get('k')).toEqual(record);
  });
});

describe('a journal that was asked for', () => {
  it('is in the folder that was given, which is made and proved at once', async () => {
    const { journal } = createRuntime({ journal: join(root, 'mine') }).ports;
    expect(await readdir(root)).toEqual(['mine']);
    await journal.change('a', () => record);
    expect(await fileJournal(join(root, 'mine')).get('k')).toEqual(record);
    await fileJournal(join(root, 'mine')).close();
    await writeFile(join(root, 'file'), '');
    expect(() => createRuntime({ journal: join(root, 'file') })).toThrow(
      expect.objectContaining({ code: 'file-io', message: expect.stringContaining('is no folder') }),
    );
  });

  it('is in memory for false, and can not be in a folder in a browser', async () => {
    vi.stubEnv('MESIBO_FILES_STATE', join(root, 'state'));
    await createRuntime({ journal: false }).ports.journal.change('a', () => record);
    expect(await readdir(root)).toEqual([]);
    expect(() => browserPorts('folder')).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });
});

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TransferError } from '../errors/transfer-error.ts';
import { LatestWriter } from '../journal/latest-writer.ts';
import { readRecord } from '../journal/read-record.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal, JournalRecord } from '../ports/journal.ts';
import { systemClock } from '../ports/system.ts';
import { writeAtomically } from './atomic-file.ts';

export interface FileJournalOptions {
  /** Records not put for so many milliseconds are dropped when the journal is listed. Default 7 days. */
  readonly maxAge?: number;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

const DAY = 24 * 60 * 60 * 1000;
/** What a crash left half written is of no use; another process may be writing one that is young. */
const MAX_LEFTOVER_AGE = DAY / 24;
const RECORD = /^[0-9a-f]{64}\.json$/;
const LEFTOVER = /^[0-9a-f]{64}\.json\.[0-9a-f]+\.tmp$/;

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function asTransferError(error: unknown): TransferError {
  const full = ['ENOSPC', 'EDQUOT'].includes(String(codeOf(error)));
  return new TransferError(full ? 'disk-full' : 'file-io', 'The journal could not be read or written.', {
    cause: error,
  });
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes(String(codeOf(error)))) return null;
    throw asTransferError(error);
  }
}

async function modifiedAt(path: string): Promise<number> {
  return stat(path).then(
    (facts) => facts.mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
}

/**
 * A journal that survives a crash: a JSON file for each record, written beside its place, flushed and renamed. Records
 * hold tickets, so only the owner may read them (0600, the folder 0700 where it has to be made).
 *
 * A file that is cut off or somebody else's counts as absent. Several processes may share the folder, as long as
 * each upload is one process's. Of puts that come faster than the disk, the last is written.
 *
 * @param folder - made when it is not there, at the first put
 * @throws `disk-full`, `file-io`, from every method
 */
export function fileJournal(folder: string, options: FileJournalOptions = {}): Journal {
  const { maxAge = 7 * DAY, clock = systemClock } = options;
  const writer = new LatestWriter();
  const pathOf = (key: string): string =>
    join(folder, `${createHash('sha256').update(key).digest('hex')}.json`);
  const change = (key: string, work: () => Promise<unknown>): Promise<void> =>
    writer.run(key, async () => {
      try {
        await work();
      } catch (error) {
        throw asTransferError(error);
      }
    });

  async function readOrSweep(name: string): Promise<JournalRecord | null> {
    const path = join(folder, name);
    const text = RECORD.test(name) ? await readIfThere(path) : null;
    const record = text === null ? null : readRecord(text);
    const ours = RECORD.test(name) || LEFTOVER.test(name);
    if (record !== null && clock.now() - record.updatedAt <= maxAge) return record;
    const age = clock.now() - (record?.updatedAt ?? (await modifiedAt(path)));
    if (ours && age > (RECORD.test(name) ? maxAge : MAX_LEFTOVER_AGE)) await rm(path, { force: true });
    return null;
  }

  return {
    async get(key) {
      const text = await readIfThere(pathOf(key));
      const record = text === null ? null : readRecord(text);
      return record?.key === key ? record : null;
    },
    put(record) {
      return change(record.key, async () => {
        const text = JSON.stringify(record);
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeAtomically(pathOf(record.key), text);
      });
    },
    delete: (key) => change(key, () => rm(pathOf(key), { force: true })),
    async list() {
      const names = await readdir(folder).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return [];
        throw asTransferError(error);
      });
      const records = await Promise.all(names.map(readOrSweep));
      return records.filter((record) => record !== null);
    },
  };
}

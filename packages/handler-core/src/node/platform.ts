import { TransferError } from '../errors/transfer-error.ts';
import { memoryJournal } from '../journal/memory-journal.ts';
import type { Journal } from '../ports/journal.ts';
import type { Ports } from '../ports/ports.ts';
import { systemClock, systemRandom } from '../ports/system.ts';
import { nodeFiles } from './files.ts';
import { nodeHash } from './hash.ts';
import { nodeHttp } from './http.ts';
import { fileJournal } from './journal-file.ts';
import { nodeNetwork } from './network.ts';
import { stateFolder } from './state-folder.ts';

/**
 * What a runtime uses in Node where nothing else is given.
 * @param journal - a folder, or false: in memory. Default: the platform's folder for what a program remembers
 */
export function platformPorts(journal?: string | false): Ports {
  return {
    files: nodeFiles,
    http: nodeHttp(),
    clock: systemClock,
    random: systemRandom,
    network: nodeNetwork(),
    hash: nodeHash(),
    journal:
      typeof journal === 'string' ? fileJournal(journal) : journal === false ? memoryJournal() : standard(),
  };
}

/** The journals that nobody asked for, by folder: runtimes that share a folder must see what the others are at. */
const standards = new Map<string, Journal>();

/**
 * The journal that nobody asked for. It is opened at its first use, so that a program that uploads nothing leaves no
 * folder; and where its folder can't be written (a container with no home, for one) the first use says so, and uploads
 * are remembered in memory.
 */
function standard(): Journal {
  const folder = stateFolder();
  if (folder === null) return memoryJournal();
  const journal = standards.get(folder) ?? openedLate(folder);
  standards.set(folder, journal);
  return journal;
}

function openedLate(folder: string): Journal {
  let opened: Journal | null = null;
  /** Why the folder can't be used. Whoever reads may go on without a word; the first who writes is told in any case. */
  let untold: TransferError | null = null;
  const use = async <T>(call: (journal: Journal) => Promise<T>): Promise<T> => {
    if (opened !== null) return call(opened);
    try {
      opened = fileJournal(folder);
    } catch (thrown) {
      opened = memoryJournal();
      untold = TransferError.from(thrown);
      throw untold;
    }
    return call(opened);
  };
  return {
    get: (key) => use((journal) => journal.get(key)),
    change: async (transferId, change) => {
      const failure = untold;
      untold = null;
      if (failure !== null) throw failure;
      try {
        return await use((journal) => journal.change(transferId, change));
      } finally {
        untold = null;
      }
    },
    note: (transferId, slice, at) => use((journal) => journal.note(transferId, slice, at)),
    list: () => use((journal) => journal.list()),
  };
}

import { TransferError } from '../errors/transfer-error.ts';
import { memoryJournal } from '../journal/memory-journal.ts';
import type { Ports } from '../ports/ports.ts';
import { systemClock, systemRandom } from '../ports/system.ts';
import { type BrowserFiles, browserFiles } from './files.ts';
import { browserHash } from './hash.ts';
import { browserHttp } from './http.ts';
import { browserNetwork } from './network.ts';

/** The files of this page: what every runtime uses where nothing else is given. */
export const pageFiles: BrowserFiles = browserFiles();

/**
 * What a runtime uses in a browser where nothing else is given. Its journal lives as long as the page.
 * @throws `unsupported` for a journal in a folder
 */
export function platformPorts(journal?: string | false): Ports {
  if (typeof journal === 'string')
    throw new TransferError('unsupported', 'a page has no folder for a journal');
  return {
    files: pageFiles,
    http: browserHttp,
    clock: systemClock,
    random: systemRandom,
    network: browserNetwork,
    hash: browserHash,
    journal: memoryJournal(),
  };
}

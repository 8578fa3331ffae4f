import { memoryJournal } from '../journal/memory-journal.ts';
import type { Ports } from '../ports/ports.ts';
import { systemClock, systemRandom } from '../ports/system.ts';
import { type BrowserFiles, browserFiles } from './files.ts';
import { browserHash } from './hash.ts';
import { browserHttp } from './http.ts';
import { browserNetwork } from './network.ts';

/** The files of this page: what every runtime uses where nothing else is given. */
export const pageFiles: BrowserFiles = browserFiles();

/** What a runtime uses in a browser where nothing else is given. Its journal lives as long as the page. */
export function platformPorts(): Ports {
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

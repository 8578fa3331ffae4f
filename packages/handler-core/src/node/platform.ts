import { memoryJournal } from '../journal/memory-journal.ts';
import type { Ports } from '../ports/ports.ts';
import { systemClock, systemRandom } from '../ports/system.ts';
import { nodeFiles } from './files.ts';
import { nodeHash } from './hash.ts';
import { nodeHttp } from './http.ts';
import { nodeNetwork } from './network.ts';

/** What a runtime uses in Node where nothing else is given. */
export function platformPorts(): Ports {
  return {
    files: nodeFiles,
    http: nodeHttp(),
    clock: systemClock,
    random: systemRandom,
    network: nodeNetwork(),
    hash: nodeHash(),
    journal: memoryJournal(),
  };
}

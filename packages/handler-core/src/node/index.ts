export { systemClock, systemRandom } from '../ports/system.ts';
export { nodeFiles } from './files.ts';
export { type ExtraHashers, nodeHash } from './hash.ts';
export { type NodeHttpOptions, nodeHttp } from './http.ts';
export { type FileJournalOptions, fileJournal } from './journal-file.ts';
export { alwaysOnline, type NodeNetworkOptions, nodeNetwork } from './network.ts';
export { isPublicAddress } from './public-only.ts';

export { systemClock, systemRandom } from '../ports/system.ts';
export type { ExactFileStats, FileStats, FileSystem, Machine, OpenFile } from './file-system.ts';
export { filesOf, nodeFiles } from './files.ts';
export { type ExtraHashers, nodeHash } from './hash.ts';
export { type NodeHttpOptions, nodeHttp } from './http.ts';
export { type FileJournal, type FileJournalOptions, fileJournal } from './journal-file.ts';
export { alwaysOnline, type NodeNetworkOptions, nodeNetwork } from './network.ts';
export type { ProcessIdentity } from './process-identity.ts';
export { isPublicAddress } from './public-only.ts';

export type { MemoryObjects, ObjectHead, ObjectRecord } from './backend.ts';
export type { DialectName, MemorySignerOptions, SignerMethod, StoreFaults } from './context.ts';
export { type Fault, type FaultKind, faultyHttp } from './faulty-http.ts';
export type { LoggedRequest } from './http.ts';
export { type ManualClock, manualClock, seededRandom } from './manual-ports.ts';
export { type MemoryFiles, memoryFiles } from './memory-files.ts';
export { type MemoryStore, type MemoryStoreOptions, memoryStore } from './store.ts';

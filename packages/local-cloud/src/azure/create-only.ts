import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { loadModule } from './azurite.ts';

/** Operations that service version 2026-04-06 lets who may only create do, by Azurite's names for them. */
const OPERATIONS = ['BlockBlob_StageBlock', 'BlockBlob_CommitBlockList'];

/** Azurite has one table of permissions for all its servers: it asks here which of them it answers for. */
const createSuffices = new AsyncLocalStorage<true>();
let tableAsks = false;

/** Lets `c` stage and commit blocks on this server of Azurite, and on no other of the process. */
export function allowCreateOnly(server: object): void {
  if (!tableAsks) askInTable();
  tableAsks = true;
  const http: unknown = Reflect.get(server, 'httpServer');
  if (!(http instanceof EventEmitter)) throw unknownAzurite();
  const [listener] = http.listeners('request');
  if (listener === undefined) throw unknownAzurite();
  http.removeAllListeners('request');
  http.on('request', (...request) => createSuffices.run(true, () => Reflect.apply(listener, http, request)));
}

function askInTable(): void {
  const operations = loadModule('generated/artifacts/operation', 'default');
  const tables = 'authentication/OperationBlobSASPermission';
  const Permission = loadModule(tables, 'OperationBlobSASPermission');
  const table = loadModule(tables, 'OPERATION_BLOB_SAS_BLOB_PERMISSIONS');
  if (
    !(table instanceof Map) ||
    typeof Permission !== 'function' ||
    typeof operations !== 'object' ||
    operations === null
  ) {
    throw unknownAzurite();
  }
  const wide: unknown = Reflect.construct(Permission, ['wc']);
  const keys: readonly unknown[] = OPERATIONS.map((name) => Reflect.get(operations, name));
  table.get = (key: unknown): unknown =>
    createSuffices.getStore() && keys.includes(key) ? wide : Map.prototype.get.call(table, key);
}

function unknownAzurite(): Error {
  return new Error('This is not the Azurite that local-cloud knows: 3.37.0.');
}

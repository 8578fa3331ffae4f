import { loadModule } from './azurite.ts';

/** Operations that service version 2026-04-06 lets who may only create do, by Azurite's names for them. */
const OPERATIONS = ['BlockBlob_StageBlock', 'BlockBlob_CommitBlockList'];

/** Lets `c` stage and commit blocks, in every Azurite of this process. */
export function allowCreateOnly(): void {
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
    throw new Error('This is not the Azurite that local-cloud knows: 3.37.0.');
  }
  for (const name of OPERATIONS)
    table.set(Reflect.get(operations, name), Reflect.construct(Permission, ['wc']));
}

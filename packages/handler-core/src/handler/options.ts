import type { MesiboFileTransfer } from '../contract/file-transfer.ts';
import type { TransferError } from '../errors/transfer-error.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Signer } from '../signer/signer.ts';

/** Options that every provider's handler takes beside its own. */
export interface HandlerOptions {
  /** mesibo's id of this user, kept with every object. Default 0. */
  readonly uid?: number | (() => number);
  /** Queue, budget, connections and journal. Default: the process's own. */
  readonly runtime?: Runtime;
  /** Further signers whose URLs are downloaded: an old bucket, for one. */
  readonly alsoRead?: readonly Signer[];
  /** What to do with a URL that no signer owns: `refuse` (default) or fetch it plainly, without any credential. */
  readonly foreignUrls?: 'refuse' | 'plain';
  /** Told why a transfer failed, beside `setResult(false)`, which carries no reason. */
  readonly onError?: (error: TransferError, file: MesiboFileTransfer) => void;
}

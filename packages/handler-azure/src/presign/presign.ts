import {
  BlobSASPermissions,
  type BlobSASSignatureValues,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import {
  fileUrlFor,
  MINUTE,
  SECOND,
  type SignedRequest,
  type SignerCall,
  type StoreClock,
} from '@mesibo-files/handler-core/provider';
import type { Settings } from '../options.ts';
import { endOf, type KeyKeeper, type SigningKey } from './keys.ts';

/** A request to sign. Azure signs the blob, the permission and the end, and nothing else of it. */
export interface Presignable {
  readonly method: 'GET' | 'PUT';
  readonly name: string;
  /** `r` reads, `c` creates what is not there, `w` also overwrites. */
  readonly permission: 'r' | 'c' | 'w';
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the signer's own calls need: everything but to manage the container. */
const OWN_PERMISSIONS = 'rcwdl';

/** Signs with shared access signatures. They have no start time, so a clock that is ahead does no harm. */
export class Presigner {
  readonly #settings: Settings;
  readonly #clock: StoreClock;
  readonly #keys: KeyKeeper;

  constructor(settings: Settings, clock: StoreClock, keys: KeyKeeper) {
    this.#settings = settings;
    this.#clock = clock;
    this.#keys = keys;
  }

  /** Signs all of these with one look at clock and key. */
  async sign(wanted: readonly Presignable[], call: SignerCall): Promise<readonly SignedRequest[]> {
    const key = await this.#keys.current(call);
    const now = this.#clock.now();
    const ends = this.#endsOn(key, now, this.#settings.timeToLive);
    const tokens = new Map<string, string>();
    return wanted.map(({ method, name, permission, query, headers }) => {
      const id = `${permission} ${name}`;
      const token =
        tokens.get(id) ??
        this.#token(key, ends, { blobName: name, permissions: BlobSASPermissions.parse(permission) });
      tokens.set(id, token);
      const url = `${fileUrlFor(this.#settings.baseUrl, name)}?${query === '' ? '' : `${query}&`}${token}`;
      return { method, url, headers, timeToLive: ends.getTime() - now };
    });
  }

  /** A query for the signer's own calls. */
  async own(call: SignerCall): Promise<string> {
    const key = await this.#keys.current(call);
    const ends = this.#endsOn(key, this.#clock.now(), 15 * MINUTE);
    return this.#token(key, ends, { permissions: ContainerSASPermissions.parse(OWN_PERMISSIONS) });
  }

  /** In whole seconds, never after the key. */
  #endsOn(key: SigningKey, now: number, life: number): Date {
    const end = Math.min(now + life, endOf(key));
    return new Date(end - (end % SECOND));
  }

  #token(
    key: SigningKey,
    expiresOn: Date,
    own: Pick<BlobSASSignatureValues, 'blobName' | 'permissions'>,
  ): string {
    const { account, container, serviceVersion } = this.#settings;
    const values: BlobSASSignatureValues = {
      containerName: container,
      expiresOn,
      version: serviceVersion,
      ...(account.endpoint.startsWith('https:') ? { protocol: SASProtocol.Https } : {}),
      ...own,
    };
    const signed =
      key instanceof StorageSharedKeyCredential
        ? generateBlobSASQueryParameters(values, key)
        : generateBlobSASQueryParameters(values, key, account.name);
    return signed.toString();
  }
}

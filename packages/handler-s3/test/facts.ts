import type { FileFacts, SignerCall } from '@mesibo-files/handler-core/provider';

/** A call that nobody stops. */
export const call: SignerCall = { signal: new AbortController().signal };

/** Facts of a small text file, with what the test cares about. */
export function fileFacts(own: Partial<FileFacts> = {}): FileFacts {
  return {
    size: 11,
    maxSize: null,
    contentType: 'text/plain',
    name: 'hello.txt',
    source: 1,
    uid: 7,
    mid: 9n,
    transferId: 'transfer-1',
    digests: {},
    ...own,
  };
}

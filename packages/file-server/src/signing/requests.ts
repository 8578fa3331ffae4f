import { type RequestReaders, requestReaders } from '@mesibo-files/handler-core/wire';

/** Readers of the requests, within what a server takes. */
export const requests: RequestReaders = requestReaders({
  name: 4096,
  // One of a name of 4,000 bytes has about 20,000.
  ticket: 65_536,
  // Longer ones can't be ours.
  url: 8192,
  // No store's upload has more.
  parts: 50_000,
  // More than any plan's `signBatch`.
  signed: 1000,
});

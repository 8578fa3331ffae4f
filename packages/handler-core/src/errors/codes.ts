/**
 * Every error code of mesibo-files. Codes are stable: they are never renamed, and never change their meaning.
 * `retryable`: whether the same call may succeed when it is made again, with nothing changed. `hint`: what the user can do.
 */
export const ERROR_CODES = {
  // The file on the device.
  'file-not-found': {
    retryable: false,
    hint: 'Check the path: there is no such file. It may have been moved or deleted since the message was written.',
  },
  'file-not-a-file': {
    retryable: false,
    hint: 'The path names a directory or a device. Send a regular file; pack a directory first.',
  },
  'file-unreadable': {
    retryable: false,
    hint: 'The process may not read this file. Grant it read permission.',
  },
  'file-changed': {
    retryable: false,
    hint: 'The file changed while it was being sent. Start the transfer again once the file is complete.',
  },
  'target-folder-missing': {
    retryable: false,
    hint: 'The folder to download into does not exist. Create it first.',
  },
  'target-not-writable': {
    retryable: false,
    hint: 'The process may not write into the target folder. Grant it write permission, or choose another folder.',
  },
  'disk-full': {
    retryable: false,
    hint: 'The device is out of space or over its quota. Free some space and start the transfer again; what is stored stays stored.',
  },
  'file-io': {
    retryable: false,
    hint: 'The operating system could not read or write the file; the cause says why. Check the disk.',
  },
  // What was asked for.
  'invalid-argument': { retryable: false, hint: 'An option or argument is wrong; the message names it.' },
  'invalid-url': { retryable: false, hint: 'This is no absolute http or https URL.' },
  'foreign-url': {
    retryable: false,
    hint: 'This URL belongs to none of the configured stores. Configure its store, or allow plain downloads of foreign URLs.',
  },
  'address-forbidden': {
    retryable: false,
    hint: 'The URL leads to a loopback, private or link-local address. Allow-list the host if that is meant.',
  },
  'file-too-large': {
    retryable: false,
    hint: 'The file is larger than the store or the configured limit allows.',
  },
  'type-refused': { retryable: false, hint: 'Files of this type are not accepted here.' },
  // Who asks.
  'credentials-missing': {
    retryable: false,
    hint: "No cloud credentials were found. Set them where the provider's SDK looks for them (environment, profile, instance role).",
  },
  'credentials-wrong': {
    retryable: false,
    hint: 'The store does not accept these credentials. Check the key, its secret and the region, and whether they were revoked.',
  },
  'access-denied': {
    retryable: false,
    hint: "The credentials are known but may not do this. Compare their policy with the one in the provider's README.",
  },
  unauthorised: { retryable: false, hint: 'The server wants a valid token for this file. Sign in again.' },
  forbidden: {
    retryable: false,
    hint: "The server knows who asks, and does not allow this. Ask whoever runs it; its rules are its owner's.",
  },
  'clock-skewed': { retryable: true, hint: 'The clock of the signing machine is wrong. Set it by NTP.' },
  'request-expired': {
    retryable: true,
    hint: 'A signed request was used after its time. If it happens often, lengthen the time to live.',
  },
  // What the store has.
  'bucket-not-found': {
    retryable: false,
    hint: 'There is no such bucket or container. Check its name, the region and the endpoint.',
  },
  'object-not-found': { retryable: false, hint: 'The object is gone: deleted, expired or never stored.' },
  'object-changed': {
    retryable: false,
    hint: 'The object was overwritten while it was being downloaded. Start the download again.',
  },
  'object-exists': {
    retryable: false,
    hint: 'Another object has this name already, and nothing is overwritten.',
  },
  'upload-gone': {
    retryable: false,
    hint: 'The store no longer knows this unfinished upload. Start it again from the beginning.',
  },
  'upload-ended': {
    retryable: false,
    hint: 'This upload was committed or refused already, and takes no more bytes. Start a new one.',
  },
  'commit-pending': {
    retryable: true,
    hint: 'Every byte is stored, and the server is still checking the file. Start the transfer again later: nothing is sent twice.',
  },
  'upload-incomplete': {
    retryable: true,
    hint: 'The store does not hold every part. Start the upload again: it sends what is missing.',
  },
  'digest-mismatch': {
    retryable: true,
    hint: 'Bytes were damaged on the way or at rest. Nothing was kept; start the transfer again.',
  },
  'size-mismatch': {
    retryable: false,
    hint: 'What is stored has another size than what was sent. Nothing was kept; start the transfer again.',
  },
  'quota-exceeded': {
    retryable: false,
    hint: 'The account or the bucket is over its quota. Raise it, or remove old files.',
  },
  'store-refused': {
    retryable: false,
    hint: 'The store refused the request; the cause carries its own code.',
  },
  // The way there.
  offline: { retryable: true, hint: 'There is no network. The transfer goes on when there is one.' },
  network: {
    retryable: true,
    hint: 'The connection failed. In a browser this can also be a missing CORS rule.',
  },
  'host-not-found': {
    retryable: true,
    hint: 'The host name does not resolve. Check the endpoint, the region and the bucket name.',
  },
  tls: {
    retryable: false,
    hint: "The server's certificate is not trusted, or its TLS failed. Check the endpoint and the certificate authority.",
  },
  timeout: { retryable: true, hint: 'The server did not answer in time.' },
  stalled: { retryable: true, hint: 'No byte moved for a while, and the connection was given up.' },
  'too-slow': {
    retryable: true,
    hint: 'The server sends less than the minimum speed. Try again later, or lower `minForeignSpeed`.',
  },
  throttled: {
    retryable: true,
    hint: 'The store asks for fewer requests. Lower the concurrency if it happens often.',
  },
  'server-error': { retryable: true, hint: 'The server failed to answer properly. Try again later.' },
  'bad-answer': {
    retryable: true,
    hint: "The server's answer makes no sense: it may be a proxy or a captive portal, or not the store it should be.",
  },
  // The transfer itself.
  stopped: { retryable: true, hint: 'The transfer was stopped. Start it again: it goes on where it was.' },
  discarded: { retryable: false, hint: 'The upload was discarded, and its parts were removed.' },
  unsupported: { retryable: false, hint: 'This store or platform cannot do that; the message says what.' },
  internal: { retryable: false, hint: 'This is a fault in mesibo-files. Please report it with the cause.' },
} as const;

/** One of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * Every error code of mesibo-files. Codes are stable: they are never renamed, and never change their meaning.
 * `retryable`: whether the same call may succeed when it is made again, with nothing changed. `hint`: what the user can do.
 */
export const ERROR_CODES = {
  // The file on the device.
  'file-not-found': {
    retryable: false,
    hint: 'Check the path: the file does not exist. Someone may have moved or deleted it after the message was written.',
  },
  'file-not-a-file': {
    retryable: false,
    hint: 'Send a regular file: the path names a directory or a device. Pack a directory first.',
  },
  'file-unreadable': {
    retryable: false,
    hint: 'Grant this process read permission for the file.',
  },
  'file-changed': {
    retryable: false,
    hint: 'Start the transfer again when the file is complete: it changed during the upload.',
  },
  'target-folder-missing': {
    retryable: false,
    hint: 'Create the folder first: the download has nowhere to go.',
  },
  'target-not-writable': {
    retryable: false,
    hint: 'Grant this process write permission for the target folder, or choose another folder.',
  },
  'disk-full': {
    retryable: false,
    hint: 'Free some space and start the transfer again: it resumes. The device is out of space or over its quota.',
  },
  'file-io': {
    retryable: false,
    hint: 'Check the disk: the operating system could not read or write the file. The cause says why.',
  },
  'stream-broken': {
    retryable: false,
    hint: 'Start the transfer again with a new stream: this one ended with an error. The cause says why.',
  },
  // Faults of the request.
  'invalid-argument': { retryable: false, hint: 'Correct the option or argument that the message names.' },
  'invalid-url': { retryable: false, hint: 'Use an absolute http or https URL.' },
  'foreign-url': {
    retryable: false,
    hint: 'Configure the store of this URL, or allow plain downloads of foreign URLs.',
  },
  'address-forbidden': {
    retryable: false,
    hint: 'Allow-list the host if you trust it: the URL leads to a loopback, private or link-local address.',
  },
  'file-too-large': {
    retryable: false,
    hint: 'Send a smaller file, or raise the limit: the store or an option allows less.',
  },
  'type-refused': {
    retryable: false,
    hint: 'Send another type of file: this store does not accept this one.',
  },
  // Who asks.
  'credentials-missing': {
    retryable: false,
    hint: "Set cloud credentials where the provider's SDK looks for them (environment, profile, instance role): it found none.",
  },
  'credentials-wrong': {
    retryable: false,
    hint: 'Check the key, its secret and the region, and whether someone revoked the key: the store does not accept it.',
  },
  'access-denied': {
    retryable: false,
    hint: "Compare the policy of the credentials with the one in the provider's README: the store knows them, but does not allow this.",
  },
  unauthorised: { retryable: false, hint: 'Sign in again: the server needs a valid token for this file.' },
  forbidden: {
    retryable: false,
    hint: 'Ask the owner of the server: its rules do not allow this user to do this.',
  },
  'clock-skewed': { retryable: true, hint: 'Set the clock of the signing machine by NTP: it is wrong.' },
  'request-expired': {
    retryable: true,
    hint: 'Raise the time to live if this happens often: a presigned URL expired before it was used.',
  },
  // What the store has.
  'bucket-not-found': {
    retryable: false,
    hint: 'Check the name of the bucket or container, the region and the endpoint: it does not exist there.',
  },
  'object-not-found': {
    retryable: false,
    hint: 'Ask the sender to send the file again: it was deleted, expired or never stored.',
  },
  'object-archived': {
    retryable: false,
    hint: 'Restore the object first, which takes minutes to days: it lies in an archive class of the store, and can not be read there.',
  },
  'object-changed': {
    retryable: false,
    hint: 'Start the download again: someone overwrote the object meanwhile.',
  },
  'object-exists': {
    retryable: false,
    hint: 'Start the upload again: another object has this name, and nothing is overwritten.',
  },
  'upload-gone': {
    retryable: false,
    hint: 'Start the upload again: the store no longer knows it.',
  },
  'upload-ended': {
    retryable: false,
    hint: 'Start a new upload: this one was committed or refused.',
  },
  'commit-pending': {
    retryable: true,
    hint: 'Start the transfer again later: the store has every byte, and the server is still checking the file. Nothing is sent twice.',
  },
  'upload-incomplete': {
    retryable: true,
    hint: 'Start the upload again: it sends the parts that the store lacks.',
  },
  'digest-mismatch': {
    retryable: true,
    hint: 'Start the transfer again: bytes were damaged on the way or at rest, and nothing was kept.',
  },
  'size-mismatch': {
    retryable: false,
    hint: 'Start the transfer again: the stored size differs from the sent one, and nothing was kept.',
  },
  'quota-exceeded': {
    retryable: false,
    hint: 'Raise the quota of the account or bucket, or remove old files.',
  },
  'store-refused': {
    retryable: false,
    hint: 'Look up the code of the store in the cause: the store refused the request.',
  },
  // The way there.
  offline: { retryable: true, hint: 'Connect to a network: the transfer then resumes.' },
  network: {
    retryable: true,
    hint: 'Check the connection. In a browser, also check the CORS rule of the bucket.',
  },
  'host-not-found': {
    retryable: true,
    hint: 'Check the endpoint, the region and the bucket name: the host name does not resolve.',
  },
  tls: {
    retryable: false,
    hint: "Check the endpoint and the certificate authority: the server's certificate is not trusted, or TLS failed.",
  },
  timeout: { retryable: true, hint: 'Try again: the server did not answer in time.' },
  stalled: { retryable: true, hint: 'Try again, or check the link: no byte moved for a while.' },
  'too-slow': {
    retryable: true,
    hint: 'Try again later, or lower `minForeignSpeed`: the server sends more slowly than that.',
  },
  throttled: {
    retryable: true,
    hint: 'Lower the concurrency if this happens often: the store asks for fewer requests.',
  },
  'server-error': { retryable: true, hint: 'Try again later: the server failed.' },
  'bad-answer': {
    retryable: true,
    hint: "Check for a proxy or a captive portal, and check the endpoint: the answer is not one of this store's.",
  },
  // The transfer itself.
  stopped: { retryable: true, hint: 'Start the transfer again: it resumes.' },
  discarded: {
    retryable: false,
    hint: 'Start a new upload: this one was discarded, and its parts were removed.',
  },
  unsupported: {
    retryable: false,
    hint: 'Use another store or platform: this one cannot do what the message names.',
  },
  internal: { retryable: false, hint: 'Report this with its cause: it is a fault in mesibo-files.' },
} as const;

/** One of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

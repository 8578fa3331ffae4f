import type { RemoteConfiguration } from '../../configuration/store.ts';
import { passed } from '../findings.ts';
import type { Advice, Remedy } from '../types.ts';

const EXPOSED = ['content-range', 'retry-after', 'date'];

export function remoteAdvice({ server }: RemoteConfiguration): Advice {
  const atServer: Remedy = {
    cause: 'The store behind the file server does not do what it should.',
    fix: 'Run mesibo-files doctor on the machine of the server, with the flags that serve has there.',
  };
  return {
    address: server,
    allow: () => ({
      cause:
        'The server knows who asks, and its rules do not allow this; or its own credentials lack a permission of the store.',
      fix: `Look into the server's rules and log, and run mesibo-files doctor there, with the flags that serve has.`,
    }),
    credentialsMissing: atServer,
    credentialsWrong: {
      cause: 'The server does not accept this token: it is another one, or it is over.',
      fix: 'Set MESIBO_FILES_TOKEN to the token that the server printed at its start, or have a new one issued.',
    },
    bucketMissing: {
      cause: 'There is no file server at this address, or its bucket is gone.',
      fix: `Correct --server:\ncurl -i ${server}/healthz`,
    },
    ignoresCondition: atServer,
    ignoresChecksum: atServer,
    refusesHeaders: null,
    opaqueParts: null,
    failing: null,
    publicRead: {
      cause: 'A file that was stored as protected is handed out without a token.',
      fix: 'Make the `authorise` function of the server refuse a protected file without a token.',
    },
    listing: null,
    cors: (origin) => ({
      cause: `The server, or the bucket behind it, does not let pages of ${origin} transfer files.`,
      fix: `mesibo-files serve --origin ${origin}   # and the flags it has\nFor what goes to the bucket itself: mesibo-files doctor --origin ${origin}, with the server's flags.`,
    }),
    exposedHeaders: EXPOSED,
    lifecycle: async () => passed("the server's to see to"),
  };
}

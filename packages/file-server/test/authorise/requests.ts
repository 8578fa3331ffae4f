import type { ObjectSender } from '@mesibo-files/handler-core/provider';
import type { Credential, ObjectRequest, UploadRequest } from '../../src/context/authorise.ts';

/** A call that nobody gives up. */
export const signal: AbortSignal = new AbortController().signal;

/** A credential with this token, and these headers. */
export function credential(token: string | null, headers: Readonly<Record<string, string>> = {}): Credential {
  return { token, header: (name) => headers[name] ?? null };
}

/** User 7 wants to upload a small picture. */
export function uploadRequest(token: string | null, own: Partial<UploadRequest> = {}): UploadRequest {
  return {
    action: 'upload',
    credential: credential(token),
    via: 'upload-url',
    uid: 7,
    mid: 2n ** 64n - 1n,
    source: 0,
    size: 11,
    maxSize: 1000,
    contentType: 'image/jpeg',
    name: 'cat.jpg',
    secure: false,
    ...own,
  };
}

export const FILE_URL = 'https://files.test/files/mesibo/0/cat.jpg';

/** Somebody wants a file of user 7. `sender: null`: nothing is known of whose it is. */
export function objectRequest(
  token: string | null,
  own: Partial<ObjectSender> | null = {},
  action: ObjectRequest['action'] = 'download',
): ObjectRequest {
  const sender = { uid: 7, mid: '1', source: 0, secure: false, ...own };
  return {
    action,
    credential: credential(token),
    url: FILE_URL,
    key: 'mesibo/0/cat.jpg',
    object: {
      size: 11,
      contentType: 'image/jpeg',
      version: '"1"',
      integrity: { kind: 'none' },
      name: 'cat.jpg',
      ...(own === null ? {} : { sender }),
    },
  };
}

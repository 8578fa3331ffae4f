import type { Request } from 'autocannon';

import { TOKEN } from './token.ts';

type SigningRequest = Request & { url: string };

/** Begins the upload of a small file at our server: one request, and its PUT is signed. */
export function beginRequest(origin: string): SigningRequest {
  return {
    url: `${origin}/v1/uploads`,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({
      size: 204_800,
      maxSize: null,
      contentType: 'image/jpeg',
      name: 'photo.jpg',
      source: 0,
      uid: 4711,
      mid: '18000000000000000001',
      transferId: '0123456789abcdef0123456789abcdef',
      digests: { crc32: 'AAAAAA==' },
    }),
  };
}

/** Asks Uppy's companion for the same: a form that S3 takes. */
export function paramsRequest(origin: string): SigningRequest {
  return {
    url: `${origin}/s3/params?filename=photo.jpg&type=image%2Fjpeg&metadata%5Buid%5D=4711`,
    headers: { origin },
  };
}

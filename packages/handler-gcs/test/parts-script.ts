import type { Manifest, Ticket } from '@mesibo-files/handler-core/provider';
import { writeTicket } from '../src/ticket.ts';
import type { Scripted } from './scripted-store.ts';

/** An upload of two parts, and what a store answers of it. */
export const MIB: number = 1024 * 1024;
const ours = { metadata: { mesibotransfer: 'transfer-1' }, contentType: 'video/mp4' };
export const stored: Record<string, unknown> = { size: String(6 * MIB), crc32c: 'yZRlqg==', ...ours };

export const ticket: Ticket = writeTicket({
  bucket: 'files',
  key: 'mesibo/1/2026/11/00/x.mp4',
  uploadId: 'upload-1',
  session: null,
  size: 6 * MIB,
  maxSize: 6 * MIB,
  partSize: 5 * MIB,
  contentType: 'video/mp4',
  name: 'x.mp4',
  uid: 7,
  mid: '9',
  source: 1,
  secure: false,
  staging: 'none',
  transferId: 'transfer-1',
  checksum: 'crc32c',
  begunAt: 1,
});

export const manifest: Manifest = {
  size: 6 * MIB,
  parts: [
    { number: 1, size: 5 * MIB, digests: { crc32c: 'AAAAAA==' } },
    { number: 2, size: MIB, digests: { crc32c: 'AAAAAA==' } },
  ],
  digests: { crc32c: 'yZRlqg==' },
  answered: true,
};

export const part = (number: number, size: number): string =>
  `<Part><PartNumber>${number}</PartNumber><ETag>&quot;etag-${number}&quot;</ETag><Size>${size}</Size></Part>`;
export const list = (parts: string, more = '<IsTruncated>false</IsTruncated>'): Scripted => ({
  body: `<?xml version='1.0'?><ListPartsResult>${more}${parts}</ListPartsResult>`,
});
export const whole: Scripted = list(part(1, 5 * MIB) + part(2, MIB));
export const completed: Scripted = {
  body: '<?xml version="1.0"?><CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>',
};

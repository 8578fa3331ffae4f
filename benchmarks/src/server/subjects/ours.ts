import { staticToken } from '@mesibo-files/file-server';
import { nodeFileServer } from '@mesibo-files/file-server/node';
import { s3Signer } from '@mesibo-files/handler-s3';
import { BUCKET, PREFIX, s3Access } from '../../subjects/access.ts';
import { TOKEN } from '../token.ts';
import { serve, settings } from './listening.ts';

// The file server as `mesibo-files serve --provider s3` makes it: CRC32 of every part, committed and compared.

serve((origin) => {
  const signer = s3Signer({
    bucket: BUCKET,
    prefix: PREFIX,
    checksum: 'crc32',
    publicUrl: `${origin}/files`,
    ...s3Access(settings().store),
  });
  const server = nodeFileServer({
    baseUrl: origin,
    signer,
    authorise: staticToken({ token: TOKEN }),
    ticketKeys: [{ id: 'bench', secret: 'a secret of the benchmark, and long enough' }],
    log: 'silent',
  });
  return server.listener;
});

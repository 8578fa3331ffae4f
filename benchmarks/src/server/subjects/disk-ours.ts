import { staticToken } from '@mesibo-files/file-server';
import { nodeFileServer } from '@mesibo-files/file-server/node';
import { diskStore } from '@mesibo-files/handler-disk';
import { TOKEN } from '../token.ts';
import { serve, settings } from './listening.ts';

// The file server as `mesibo-files serve` makes it: flushed to the disk before it is acknowledged, committed, hashed.

serve((origin) => {
  const disk = diskStore({
    folder: settings().store,
    secrets: [{ id: 'bench', secret: 'a secret of the benchmark, and long enough' }],
    storeUrl: `${origin}/disk`,
    publicUrl: `${origin}/files`,
  });
  const server = nodeFileServer({
    baseUrl: origin,
    signer: disk.signer,
    downloads: 'stream',
    authorise: staticToken({ token: TOKEN, downloadPolicy: 'link' }),
    ticketKeys: [{ id: 'bench', secret: 'a secret of the benchmark, and long enough' }],
    mounts: [{ path: '/disk', handle: (request, response) => disk.handle(request, response) }],
    log: 'silent',
  });
  return server.listener;
});

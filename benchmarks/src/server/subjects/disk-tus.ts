import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import { TOKEN } from '../token.ts';
import { serve, settings } from './listening.ts';

// tus's own server and file store: an upload is created with its bytes in one request. Nothing is flushed.

serve(() => {
  const server = new Server({
    path: '/files',
    datastore: new FileStore({ directory: settings().store }),
    onIncomingRequest: async (request) => {
      const known = request.headers.get('authorization') === `Bearer ${TOKEN}`;
      if (!known && request.method !== 'GET') throw { status_code: 401, body: 'no' };
    },
  });
  return (request, response) => void server.handle(request, response);
});

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeContext } from '../context.ts';
import { allowedOrigin, EXPOSED_HEADERS } from '../http/cors.ts';
import type { NodeRoute } from '../node/serve-node.ts';
import { answerFor } from './answer.ts';
import { fileRequest } from './file-request.ts';
import { streamFile } from './stream.ts';

/** `GET` and `HEAD <base>/files/<key>` through Node's own streams. Other methods go to the web's routes. */
export const downloadRoute: NodeRoute = {
  name: 'files',
  matches: (method, path) => path.startsWith('/files/') && (method === 'GET' || method === 'HEAD'),
  handle: async (context, scope, request, response) => {
    allowPages(context, request, response);
    const asked = fileRequest(context, scope, request.method ?? '', request.url ?? '');
    const answer = await answerFor(context, scope, asked);
    if (answer.body === null) response.writeHead(answer.status, { ...answer.headers }).end();
    else await streamFile(context, scope, response, answer, answer.body);
  },
};

function allowPages({ origins }: NodeContext, request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  const allowed = origin === undefined ? null : allowedOrigin(origins, origin);
  if (allowed === null) return;
  response.setHeader('access-control-allow-origin', allowed);
  response.setHeader('access-control-expose-headers', EXPOSED_HEADERS.join(', '));
}

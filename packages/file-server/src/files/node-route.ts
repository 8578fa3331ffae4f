import { pageHeaders } from '../http/cors.ts';
import type { NodeRoute } from '../http/serve-node.ts';
import { answerFor } from './answer.ts';
import { fileRequest } from './file-request.ts';
import { streamFile } from './stream.ts';

/** `GET` and `HEAD <base>/files/<key>` through Node's own streams. Other methods go to the web's routes. */
export const downloadRoute: NodeRoute = {
  name: 'files',
  matches: (method, path) => path.startsWith('/files/') && (method === 'GET' || method === 'HEAD'),
  handle: async (context, scope, request, response) => {
    const page = pageHeaders(context.origins, scope.credential.header('origin'));
    for (const [name, value] of Object.entries(page)) response.setHeader(name, value);
    const asked = fileRequest(context, scope, request.method ?? '', request.url ?? '');
    const answer = await answerFor(context, scope, asked);
    if (answer.body === null) response.writeHead(answer.status, { ...answer.headers }).end();
    else await streamFile(context, scope, response, answer, answer.body);
  },
};

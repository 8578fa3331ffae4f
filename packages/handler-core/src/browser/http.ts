import type { HttpPort } from '../ports/ports.ts';
import { fetchAnswer } from './fetch-answer.ts';
import { xhrAnswer } from './xhr-answer.ts';

/**
 * HTTP in a browser. Requests with a body go by XMLHttpRequest, the only one that tells how much was sent; the others by
 * fetch, which hands over bytes as they come. The browser follows redirects by itself, sends no cookie, reads only the
 * headers that CORS exposes, and gives no reason for a connection that failed: a missing CORS rule is `network`, too.
 * `publicOnly` is the browser's own business.
 */
export const browserHttp: HttpPort = {
  send: (request) =>
    request.body !== undefined && request.body.size > 0
      ? xhrAnswer(request, request.body)
      : fetchAnswer(request),
};

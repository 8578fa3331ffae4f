/**
 * Codes that only HTTP requests to this server can have, beside those of `ERROR_CODES`: the status each is answered with,
 * and what to do. Stable: never renamed, never of another meaning.
 */
export const SERVER_CODES = {
  'bad-request': {
    status: 400,
    hint: 'This is no proper HTTP request. Check what lies between you and the server.',
  },
  'http-version': {
    status: 505,
    hint: 'Speak HTTP/1.1 to this server. HTTP/2 is for the proxy with TLS in front of it.',
  },
  'headers-too-large': { status: 431, hint: 'Send fewer or shorter headers.' },
  'range-not-satisfiable': { status: 416, hint: 'The file is shorter. Ask for a range that it has.' },
  'expectation-failed': { status: 417, hint: 'The only expectation that is met is 100-continue.' },
  'no-such-route': { status: 404, hint: 'There is nothing at this path. Check the base URL and its path.' },
  'method-not-allowed': { status: 405, hint: 'Use one of the methods in the Allow header.' },
  'not-multipart': {
    status: 415,
    hint: 'Send multipart/form-data with a boundary. Let the HTTP library set the Content-Type itself.',
  },
  'encoded-body': {
    status: 415,
    hint: 'Send the bytes as they are, with no Content-Encoding and no Content-Transfer-Encoding.',
  },
  'bad-multipart': {
    status: 400,
    hint: 'The multipart body can not be read. Check boundary and part headers.',
  },
  'no-file': { status: 400, hint: 'Send the file as one part with a filename, under any field name.' },
  'two-files': { status: 400, hint: 'Send one file a request.' },
  'field-missing': { status: 400, hint: 'Send the fields op, auth, uid, mid and source.' },
  'field-repeated': { status: 400, hint: 'Send each field once.' },
  'field-wrong': { status: 400, hint: 'uid, mid and source are decimal whole numbers.' },
  'too-many-fields': { status: 413, hint: 'Send fewer or shorter form fields.' },
  'unknown-op': { status: 400, hint: 'The only op is "upload".' },
  'body-cut-off': { status: 400, hint: 'The request ended before its body did. Send it again.' },
  'bad-json': { status: 400, hint: 'Send a JSON object with Content-Type application/json.' },
  'body-too-large': { status: 413, hint: 'The body of this request is larger than any honest one.' },
  'foreign-page': {
    status: 403,
    hint: 'This server does not know the page that sent this. Its owner lists it in `origins`.',
  },
  'ticket-refused': {
    status: 403,
    hint: 'The ticket is not of this server, or not yours. Begin the upload again.',
  },
  'ticket-over': { status: 410, hint: 'The upload was begun too long ago. Begin it again.' },
  'rate-limited': { status: 429, hint: 'Wait as long as Retry-After says.' },
  'too-many-uploads': {
    status: 429,
    hint: 'Too many uploads run at once. Wait as long as Retry-After says.',
  },
  'too-many-connections': {
    status: 503,
    hint: 'The server has as many connections as it can have. Try again soon, or over one that is open.',
  },
  'request-too-slow': { status: 408, hint: 'The request took longer than this server waits.' },
  'length-required': { status: 411, hint: 'Send a Content-Length or a chunked body.' },
  'needs-node': { status: 501, hint: 'Streaming uploads need the Node listener of this server.' },
  'shutting-down': { status: 503, hint: 'The server is stopping. Send it again; another one answers.' },
  'not-ready': { status: 503, hint: 'The store can not be reached or written. The log says why.' },
  'authorise-failed': {
    status: 503,
    hint: 'The server could not find out whether this is allowed. Try again.',
  },
} as const;

/** One of {@link SERVER_CODES}. */
export type ServerCode = keyof typeof SERVER_CODES;

// Ends well when the server of this container answers that it is alive. Its routes are under the base URL's path.
const { MESIBO_FILES_PORT: port = '8080', MESIBO_FILES_BASE_URL: baseUrl } = process.env;
const path = baseUrl === undefined ? '' : new URL(baseUrl).pathname.replace(/\/+$/, '');

const answer = await fetch(`http://127.0.0.1:${port}${path}/healthz`).catch(() => null);
process.exitCode = answer?.ok === true ? 0 : 1;

export { type BrowserFiles, browserFiles } from './files.ts';
export { browserHash } from './hash.ts';
export { browserHttp } from './http.ts';
export { browserNetwork } from './network.ts';
export { pageFiles } from './platform.ts';

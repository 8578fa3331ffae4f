import type { HandlerOptions } from '../handler/options.ts';

/** Options of every handler, which are none of its signer's. */
const OF_HANDLERS: Readonly<Record<keyof HandlerOptions, true>> = {
  uid: true,
  runtime: true,
  alsoRead: true,
  downloadBaseUrl: true,
  foreignUrls: true,
  privateHosts: true,
  secureDownloads: true,
  onError: true,
};

/** What of a handler's options is its signer's, which refuses names that it does not know. */
export function signerOptions<Options extends object>(options: Options & HandlerOptions): Options {
  if (typeof options !== 'object' || options === null) return options;
  const own = Object.entries(options).filter(([name]) => !Object.hasOwn(OF_HANDLERS, name));
  return Object.fromEntries(own) as Options;
}

import type { Fitted } from '@mesibo-files/file-server/node';
import type { ServeFlags } from './flags.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

/** Settings that work and leave a door open, each with what to do about it. */
export function warningsFor(flags: ServeFlags): readonly string[] {
  const { jwks, audience, authoriseUrl, baseUrl, host = '127.0.0.1', redis, metrics } = flags;
  const open = !LOOPBACK.has(host);
  const tls = baseUrl !== undefined && new URL(baseUrl).protocol === 'https:';
  const found: (string | false)[] = [
    jwks !== undefined &&
      audience === undefined &&
      'tokens that were issued for any other service are taken too: name this one by --audience.',
    isPlain(jwks) && 'use an https URL for --jwks: anyone on the way can change unencrypted keys.',
    isPlain(authoriseUrl) && 'tokens go to --authorise-url unencrypted: use an https URL.',
    isPlain(baseUrl) &&
      'clients send tokens and files to --base-url unencrypted: put TLS in front, and name its https URL.',
    open &&
      baseUrl === undefined &&
      `everyone on the network of ${host} can read tokens and files on their way: put a proxy with TLS in front, and name its URL by --base-url.`,
    open && tls && flags.addressHeader === undefined && PROXY,
    redis !== undefined &&
      new URL(redis).protocol === 'redis:' &&
      !LOOPBACK.has(new URL(redis).hostname) &&
      'use rediss:// for --redis, or a private network: its traffic is not encrypted.',
    metrics === true &&
      open &&
      'everyone can read /metrics: set MESIBO_FILES_METRICS_TOKEN in place of --metrics.',
  ];
  return found.filter((each) => each !== false);
}

const PROXY =
  'limits by address count the proxy as one client: name the header that it writes by --address-header, as in x-forwarded-for.';

/** An http URL to another machine. */
function isPlain(url: string | undefined): boolean {
  if (url === undefined) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !LOOPBACK.has(hostname);
}

/** What had to be made smaller, because the process may not have as many files and connections open as was asked for. */
export function roomWarnings({
  descriptors,
  maxConnections,
  maxUploads,
  reduced,
}: Fitted): readonly string[] {
  if (!reduced) return [];
  return [
    `this process may have ${descriptors} files and connections open, which is room for ${maxConnections} connections and ${maxUploads} uploads at once: raise the limit (ulimit -n, LimitNOFILE of systemd).`,
  ];
}

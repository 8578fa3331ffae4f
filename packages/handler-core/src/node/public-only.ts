import { type LookupOptions, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { TransferError } from '../errors/transfer-error.ts';

/** Public by their registry, and yet a cloud's own: Azure answers its machines there with their secrets. */
const CLOUD = '168.63.129.16';

/** All of IPv6 that is given out as public addresses: what lies beside it is reserved, or not yet anything. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/** Protocols of the IETF, of which the library names some. */
const PROTOCOLS = ipaddr.parseCIDR('2001::/23');

/**
 * Whether this is the address of a host on the public internet. The ranges are the library's, after the IANA
 * special-purpose registries: an address that belongs to none of them is public. One that carries an IPv4 address within
 * (mapped, translated, 6to4, Teredo) is not, whatever it carries.
 */
export function isPublicAddress(address: string): boolean {
  // Node's own reading first: the library also takes `127.1` and `0x7f000001`.
  const family = isIP(address);
  if (family === 0) return false;
  const [bare = ''] = address.split('%', 1);
  const parsed = ipaddr.parse(bare);
  if (parsed.range() !== 'unicast') return false;
  if (family === 4) return bare !== CLOUD;
  return parsed.match(GLOBAL_UNICAST) && !parsed.match(PROTOCOLS);
}

/** Connects to public addresses only. Judged by the address that is connected to: a name can change its mind. */
export function publicOnlyConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector({ ...options, lookup: publicLookup as LookupFunction });
  return (target, callback) => {
    const host = target.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !isPublicAddress(host)) return callback(forbidden(host), null);
    connect(target, callback);
  };
}

function publicLookup(
  hostname: string,
  options: LookupOptions,
  callback: (error: Error | null, address: unknown, family?: number) => void,
): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '');
    const open = addresses.filter(({ address }) => isPublicAddress(address));
    const first = open[0];
    if (first === undefined) return callback(forbidden(hostname), '');
    if (options.all === true) callback(null, open);
    else callback(null, first.address, first.family);
  });
}

function forbidden(host: string): TransferError {
  return new TransferError('address-forbidden', `${host} has no public address`);
}

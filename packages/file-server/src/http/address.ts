import ipaddr from 'ipaddr.js';

/**
 * An address as limits count it: IPv4 as it is, also where it comes mapped into IPv6; of IPv6 the first 64 bits, which
 * one household has all of. Null for what is no address.
 */
export function countedAddress(text: string | null | undefined): string | null {
  const [bare = ''] = (text ?? '').trim().split('%', 1);
  // Lenient spellings of old C libraries are no addresses here.
  if (!ipaddr.IPv6.isValid(bare) && !ipaddr.IPv4.isValidFourPartDecimal(bare)) return null;
  const address = ipaddr.process(bare);
  if (address.kind() === 'ipv4') return address.toString();
  const parts = (address as ipaddr.IPv6).parts.slice(0, 4);
  return `${parts.map((part) => part.toString(16)).join(':')}::/64`;
}

/** The last address in a header that a proxy adds its client to: what stands before it, the client wrote itself. */
export function forwardedAddress(value: string | null): string | null {
  return countedAddress(value?.slice(value.lastIndexOf(',') + 1));
}

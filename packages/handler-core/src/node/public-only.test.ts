import { expect, it } from 'vitest';
import { isPublicAddress } from './public-only.ts';

it.each([
  '127.0.0.1',
  '10.0.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '224.0.0.1',
  '::1',
  '::',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::127.0.0.1',
  '64:ff9b::a00:1',
  '2002:7f00:1::',
  'fc00::1',
  'fe80::1',
  'ff02::1',
  '168.63.129.16',
  'fec0::1',
  '3fff::1',
  '5f00::1',
  '::ffff:0:127.0.0.1',
  '::ffff:0:8.8.8.8',
  '::ffff:168.63.129.16',
  '::ffff:7f00:1',
  '2001::1',
  '2001:1::1',
  '100::1',
  '4000::1',
  'fe80::1%eth0',
  '127.1',
  '0x7f000001',
  '2130706433',
  'localhost',
  '',
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

it.each(['2606:4700:4700::1111', '2a00:1450:4001:80b::200e'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

// Node's BlockList matches every IPv4 address against the rule for ::ffff:0:0/96, so they need lists of their own.
it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

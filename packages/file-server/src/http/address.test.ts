import { expect, it } from 'vitest';
import { countedAddress, forwardedAddress } from './address.ts';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['0x7f000001', null],
  ['127.1', null],
  ['unknown', null],
  ['', null],
  [undefined, null],
])('%j counts as %j', (address, counted) => {
  expect(countedAddress(address)).toBe(counted);
});

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['10.0.0.1, evil, 203.0.113.7', '203.0.113.7'],
  ['203.0.113.7, ', null],
  [null, null],
])('of the forwarded %j the proxy wrote %j', (value, address) => {
  expect(forwardedAddress(value)).toBe(address);
});

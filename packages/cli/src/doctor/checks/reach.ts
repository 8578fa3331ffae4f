import type { TransferError } from '@mesibo-files/handler-core';
import { MINUTE, SECOND } from '@mesibo-files/handler-core/provider';
import { failed, passed, skipped, warning } from '../findings.ts';
import type { Check, Remedy } from '../types.ts';
import { send } from '../wire.ts';

/** Stores refuse a signature from 15 minutes on, some from 5. */
const REFUSED_FROM = 4 * MINUTE;
const NOTICED_FROM = 30 * SECOND;

/** How a clock is set right, on each kind of machine. */
const CLOCK_FIX: string = [
  'sudo timedatectl set-ntp true          # Linux with systemd',
  'sudo chronyc makestep                  # Linux with chrony',
  'sudo sntp -sS time.apple.com           # macOS',
  'w32tm /resync                          # Windows, as administrator',
].join('\n');

const reach: Check = {
  id: 'reach',
  title: 'the store answers',
  needs: [],
  run: async (context) => {
    const { address } = context.advice;
    if (address === null) return skipped('where it is, only the SDK knows');
    const sentAt = context.clock.now();
    const answer = await send(context, { method: 'GET', url: address, headers: {} });
    const receivedAt = context.clock.now();
    const date = Date.parse(answer.headers.date ?? '');
    // The header has whole seconds: on average half a one is cut off.
    const offset = date + SECOND / 2 - (sentAt + receivedAt) / 2;
    context.known.clockOffset = Number.isNaN(date) ? null : offset;
    context.known.server = answer.headers.server ?? null;
    return passed(`${new URL(address).host} in ${Math.round(receivedAt - sentAt)} ms`);
  },
};

const tls: Check = {
  id: 'tls',
  title: 'the way there is encrypted',
  needs: ['reach'],
  run: async ({ advice: { address } }) => {
    if (address === null) return skipped('where it is, only the SDK knows');
    const { protocol, hostname } = new URL(address);
    if (protocol === 'https:') return passed('https, with a certificate that is trusted');
    if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
      return passed('http, but on this machine alone');
    return warning('http', {
      cause: 'Files, signed requests and tokens can be read by everyone on the way.',
      fix: `Give the store a certificate, and write https:// in its address (now ${address}).`,
    });
  },
};

const clock: Check = {
  id: 'clock',
  title: "this machine's clock is right",
  needs: ['reach'],
  run: async ({ known: { clockOffset } }) => {
    if (clockOffset === null) return skipped('the store tells no time');
    const off = Math.abs(clockOffset);
    const detail = `${describe(off)} ${clockOffset > 0 ? 'behind' : 'ahead of'} the store's`;
    if (off < NOTICED_FROM) return passed(`less than ${NOTICED_FROM / SECOND} s from the store's`);
    const cause = `It is ${detail}. Signatures are dated by the store's clock where that is known, but other programs, and credentials that end, go by this one.`;
    return (off < REFUSED_FROM ? warning : failed)(detail, { cause, fix: CLOCK_FIX });
  },
};

function describe(milliseconds: number): string {
  return milliseconds < 2 * MINUTE
    ? `${Math.round(milliseconds / SECOND)} s`
    : `${Math.round(milliseconds / MINUTE)} minutes`;
}

export const REACH_CHECKS: readonly Check[] = [reach, tls, clock];

/** What puts a failure on the way right, or null for one of another kind. */
export function wayRemedy(error: TransferError, address: string | null): Remedy | null {
  const host = address === null ? 'the store' : new URL(address).host;
  const look = address === null ? '' : `\ncurl -v ${address}`;
  switch (error.code) {
    case 'host-not-found':
      return {
        cause: `The name of ${host} does not resolve.`,
        fix: `Correct --endpoint or --region, or the resolver of this machine:${look}`,
      };
    case 'network':
      return {
        cause: `Nothing answers at ${host}, or the connection was closed.`,
        fix: `Start the store, correct --endpoint, or let this machine through the firewall:${look}`,
      };
    case 'timeout':
      return {
        cause: `${host} does not answer: a firewall may drop the connection.`,
        fix: `Let this machine reach it:${look}`,
      };
    case 'tls':
      return {
        cause: `The certificate of ${host} is not trusted, or its TLS failed.`,
        fix: `Correct the address. For a certificate authority of your own, start with\nNODE_EXTRA_CA_CERTS=/path/to/authority.pem mesibo-files doctor …`,
      };
    case 'clock-skewed':
    case 'request-expired':
      return { cause: 'The clock of this machine, or of the store, is wrong.', fix: CLOCK_FIX };
    default:
      return null;
  }
}

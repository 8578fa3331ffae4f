import type { Finding, Remedy } from './types.ts';

export function passed(detail: string): Finding {
  return { status: 'passed', detail };
}

export function skipped(detail: string): Finding {
  return { status: 'skipped', detail };
}

export function failed(detail: string, remedy: Remedy): Finding {
  return { status: 'failed', detail, ...remedy };
}

export function warning(detail: string, remedy: Remedy): Finding {
  return { status: 'warning', detail, ...remedy };
}

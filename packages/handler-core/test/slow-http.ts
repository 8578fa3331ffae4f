import { pause } from '../src/engine/request/time.ts';
import type { Clock, HttpPort, HttpRequest } from '../src/ports/ports.ts';

/** A link that takes its time. */
export interface SlowLink {
  /** Bytes a second on the way up, of all requests together. May change at any time; 0: nothing moves. */
  rate: number;
  /** Bytes a second of each request, however many there are. Default: as much as there is. */
  readonly each?: number;
  /** Milliseconds to the store and back. */
  readonly roundTrip: number;
  /** Bytes that the system takes from each request before it has to wait. */
  readonly buffer: number;
}

/** What went over a slow link. */
export interface SlowHttp extends HttpPort {
  /** Requests that are on the way now, and the most there ever were. */
  readonly open: { now: number; most: number };
  /** Sizes of all slices that were taken. */
  readonly slices: number[];
}

const TICK = 200;

/**
 * A store behind a slow link. As systems do, it takes slices into a buffer, which the link empties; the sender is woken
 * only when a third of the buffer is free.
 */
export function slowHttp(http: HttpPort, clock: Clock, link: SlowLink): SlowHttp {
  const open = { now: 0, most: 0 };
  const slices: number[] = [];
  return {
    open,
    slices,
    async send(request) {
      open.now += 1;
      open.most = Math.max(open.most, open.now);
      try {
        const body =
          request.body === undefined ? {} : { body: await carried(request, clock, link, open, slices) };
        await pause(clock, link.roundTrip, request.signal);
        const { onSent: _, ...rest } = request;
        return await http.send({ ...rest, ...body });
      } finally {
        open.now -= 1;
      }
    },
  };
}

async function carried(
  request: HttpRequest,
  clock: Clock,
  link: SlowLink,
  open: { readonly now: number },
  slices: number[],
): Promise<NonNullable<HttpRequest['body']>> {
  const got: Uint8Array[] = [];
  let buffered = 0;
  const share = (): number => Math.min(link.each ?? link.rate, link.rate / Math.max(1, open.now));
  const drain = async (until: () => boolean): Promise<void> => {
    while (!until()) {
      await pause(clock, TICK, request.signal);
      buffered = Math.max(0, buffered - share() * (TICK / 1000));
    }
  };
  for await (const slice of request.body?.slices() ?? []) {
    slices.push(slice.length);
    got.push(slice.slice());
    buffered += slice.length;
    if (buffered > link.buffer) await drain(() => buffered <= (link.buffer * 2) / 3);
    request.onSent?.(slice.length);
  }
  await drain(() => buffered <= 0);
  return { size: request.body?.size ?? 0, slices: () => got };
}

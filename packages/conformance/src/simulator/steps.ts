import * as fc from 'fast-check';
import type { LinkState, ServerState } from './network.ts';

/** How many there are of each in a world. */
export const COUNTS = {
  actors: 3,
  runtimes: 2,
  signers: 2,
  messages: 7,
  files: 3,
  servers: 3,
  paths: 3,
} as const;

/** What a world is made of. Small things: a few dozen bytes are a file of many parts here. */
export interface Setting {
  /** All chance in the world comes from this. */
  readonly chance: number;
  /** How each of the two stores takes uploads. */
  readonly stores: readonly StoreSetting[];
  /** Whether the plain server gives strong ETags. */
  readonly tags: boolean;
  /** Bytes of each file. */
  readonly sizes: readonly number[];
  /** How the links are at first. */
  readonly link: LinkState;
  /** Transfers at once in a runtime. */
  readonly lanes: number;
}

export interface StoreSetting {
  readonly shape: 'single' | 'parts' | 'session';
  readonly dialect: 'content-range' | 'upload-offset';
  readonly digest: 'crc32' | null;
}

/**
 * A step: something done to the world, or in it. `pace`: how many events happen before the next step. `hops`: the transfer is
 * stopped so soon, counted in promises that settle one after the other.
 */
export type Step = { readonly pace: number } & (
  | {
      readonly do: 'send';
      readonly message: number;
      /** To the other store than the message's own. */
      readonly elsewhere: boolean;
      /** Under another name. */
      readonly renamed: boolean;
      readonly hops: number | null;
    }
  | {
      readonly do: 'fetch';
      readonly actor: number;
      readonly runtime: number;
      readonly signer: number;
      readonly url: number;
      readonly path: number;
      readonly hops: number | null;
    }
  | {
      /** A stream is sent, which can be read once and belongs to no message. */
      readonly do: 'stream';
      readonly actor: number;
      readonly runtime: number;
      readonly store: number;
      readonly file: number;
      readonly hops: number | null;
    }
  /** What a running download fetches is wanted in the same place from another runtime, of another process if there is one. */
  | { readonly do: 'follow'; readonly flight: number; readonly elsewhere: boolean }
  | { readonly do: 'stop'; readonly flight: number }
  | { readonly do: 'discard'; readonly message: number }
  | { readonly do: 'kill' | 'restart'; readonly actor: number }
  | { readonly do: 'power'; readonly device: number }
  | { readonly do: 'link'; readonly actor: number; readonly state: LinkState }
  | { readonly do: 'server'; readonly server: number; readonly state: ServerState }
  | { readonly do: 'disk'; readonly device: number; readonly room: number | null }
  | { readonly do: 'edit'; readonly device: number; readonly file: number }
  | { readonly do: 'clock'; readonly device: number; readonly hours: number }
  | { readonly do: 'sweep'; readonly actor: number; readonly store: number; readonly hours: number }
  | { readonly do: 'wait'; readonly seconds: number }
);

const upTo = (count: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: count - 1 });
const pace = fc.oneof(
  { arbitrary: fc.constant(0), weight: 2 },
  { arbitrary: fc.integer({ min: 0, max: 12 }), weight: 3 },
  { arbitrary: fc.integer({ min: 0, max: 60 }), weight: 1 },
);
const link = fc.constantFrom<LinkState>('fast', 'slow', 'slow', 'breaking', 'silent', 'down');
const server = fc.constantFrom<ServerState>('well', 'busy', 'failing', 'losing', 'deaf', 'mute');
const actor = upTo(COUNTS.actors);
const device = upTo(2);
const rarely = fc.integer({ min: 0, max: 7 }).map((value) => value === 7);

const hops = fc.oneof({ arbitrary: fc.constant(null), weight: 9 }, { arbitrary: upTo(60), weight: 1 });

const send = fc.record({
  pace,
  do: fc.constant('send' as const),
  // The first few can join.
  message: fc.oneof(upTo(3), upTo(COUNTS.messages)),
  elsewhere: rarely,
  renamed: rarely,
  hops,
});
const fetch = fc.record({
  pace,
  do: fc.constant('fetch' as const),
  actor,
  runtime: upTo(COUNTS.runtimes),
  signer: upTo(COUNTS.signers),
  // The more often the same is wanted in the same place, the more meets.
  url: fc.oneof(upTo(3), upTo(8)),
  path: fc.oneof(fc.constant(0), upTo(COUNTS.paths)),
  hops,
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 9, arbitrary: send },
  { weight: 8, arbitrary: fetch },
  {
    weight: 2,
    arbitrary: fc.record({
      pace,
      do: fc.constant('stream' as const),
      actor,
      runtime: upTo(COUNTS.runtimes),
      store: upTo(2),
      file: upTo(COUNTS.files),
      hops,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      pace,
      do: fc.constant('follow' as const),
      flight: upTo(4),
      elsewhere: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ pace, do: fc.constant('stop' as const), flight: upTo(8) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      pace,
      do: fc.constant('discard' as const),
      message: fc.oneof(upTo(3), upTo(COUNTS.messages)),
    }),
  },
  { weight: 3, arbitrary: fc.record({ pace, do: fc.constant('kill' as const), actor }) },
  { weight: 3, arbitrary: fc.record({ pace, do: fc.constant('restart' as const), actor }) },
  { weight: 1, arbitrary: fc.record({ pace, do: fc.constant('power' as const), device }) },
  { weight: 3, arbitrary: fc.record({ pace, do: fc.constant('link' as const), actor, state: link }) },
  {
    weight: 3,
    arbitrary: fc.record({
      pace,
      do: fc.constant('server' as const),
      server: upTo(COUNTS.servers),
      state: server,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      pace,
      do: fc.constant('disk' as const),
      device,
      room: fc.oneof(fc.constant(null), upTo(60)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ pace, do: fc.constant('edit' as const), device, file: upTo(COUNTS.files) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      pace,
      do: fc.constant('clock' as const),
      device,
      hours: fc.integer({ min: -30, max: 30 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      pace,
      do: fc.constant('sweep' as const),
      actor,
      store: upTo(2),
      hours: fc.constantFrom(0, 1, 2, 24),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      pace,
      do: fc.constant('wait' as const),
      seconds: fc.oneof(upTo(5), upTo(200), fc.constantFrom(7_500, 90_000)),
    }),
  },
);

const store: fc.Arbitrary<StoreSetting> = fc.record({
  shape: fc.constantFrom('parts' as const, 'session' as const, 'single' as const),
  dialect: fc.constantFrom('content-range' as const, 'upload-offset' as const),
  digest: fc.constantFrom('crc32' as const, 'crc32' as const, null),
});

/** Everything about a world: what it is made of, and what is done in it. Any shorter list of steps makes a world, too. */
export interface Script {
  readonly setting: Setting;
  readonly steps: readonly Step[];
}

export const script: fc.Arbitrary<Script> = fc.record({
  setting: fc.record({
    chance: fc.noShrink(fc.integer({ min: 0, max: 0x7fffffff })),
    stores: fc.tuple(store, store),
    tags: fc.boolean(),
    sizes: fc.tuple(upTo(100), upTo(40), upTo(20)),
    link: fc.constantFrom<LinkState>('fast', 'fast', 'slow'),
    lanes: fc.integer({ min: 1, max: 4 }),
  }),
  steps: fc.array(step, { minLength: 1, maxLength: 28, size: 'max' }),
});

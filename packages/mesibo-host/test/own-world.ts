import { nodeHttp } from '@mesibo-files/handler-core/node';
import type { HttpPort } from '@mesibo-files/handler-core/provider';
import { type MemoryFiles, memoryFiles } from '@mesibo-files/handler-core/testing';
import type { MesiboNetworkOptions } from '../src/device/options.ts';
import { fastClock } from './url-upload.ts';
import { createWorld, type World } from './world.ts';

export interface OwnWorld extends World {
  /** The device of both users. */
  readonly device: MemoryFiles;
}

/** Alice and Bob without any handler: mesibo moves their files by itself, with real HTTP. Bob is away at first. */
export function ownWorld(http: HttpPort = nodeHttp(), options: MesiboNetworkOptions = {}): OwnWorld {
  const device = memoryFiles();
  const world = createWorld({
    schedule: queueMicrotask,
    ports: { files: device, http, clock: fastClock },
    limits: { stallAfter: 3_600_000, answerWithin: 3_600_000 },
    ...options,
  });
  world.alice.removeListener(world.sender);
  world.bob.removeListener(world.receiver);
  world.bob.stop();
  return { ...world, device };
}

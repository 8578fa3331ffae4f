import type { WireAnswer } from '../node/answer-parser.ts';
import { rawClient } from '../node/raw-client.ts';
import type { Dice } from './dice.ts';
import type { FuzzRequest } from './wire.ts';

/** A request and what came of it; null when the connection ended without an answer. */
export interface Outcome {
  readonly request: FuzzRequest;
  readonly answer: WireAnswer | null;
}

/** Sends requests over one connection: some one by one, some at once. Answers when it is over. */
export async function overOneConnection(
  port: number,
  dice: Dice,
  requests: readonly FuzzRequest[],
  told: (outcome: Outcome) => void,
): Promise<void> {
  const client = await rawClient(port);
  try {
    let rest = requests;
    while (rest.length > 0) {
      const atOnce = dice.chance(0.3) ? 1 + dice.below(5) : 1;
      const batch = rest.slice(0, atOnce);
      rest = rest.slice(atOnce);
      for (const { bytes } of batch) client.send(bytes);
      const last = batch.at(-1)?.after;
      if (last === 'destroy') client.destroy();
      if (last === 'end') client.socket.end();
      for (const request of batch) {
        const answer = await client.answer(request.method === 'HEAD');
        told({ request, answer });
        if (answer === null) return;
      }
      if (last !== 'go on') {
        // What was rubbish after the first may be answered, too.
        for (let more = await client.answer(); more !== null; more = await client.answer()) {
          told({ request: { ...(batch[0] as FuzzRequest), good: false }, answer: more });
        }
        return;
      }
    }
  } finally {
    client.destroy();
    await client.closed;
  }
}

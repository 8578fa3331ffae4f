import {
  type Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Transform, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { counting, flipping, stoppingAfter, throttling } from './body-streams.ts';
import type { FaultAction, RecordedRequest } from './types.ts';

/** A record while its request is under way. */
export type OpenRecord = { -readonly [Name in keyof RecordedRequest]: RecordedRequest[Name] };

/** Where requests go. */
export interface Upstream {
  readonly target: URL;
  readonly agent: Agent;
}

/** One request on its way through the proxy. */
export interface Exchange {
  readonly upstream: Upstream;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly record: OpenRecord;
  readonly actions: readonly FaultAction[];
  /** The client waits for "100 Continue" before it sends its body. */
  readonly waits: boolean;
}

type Kind = FaultAction['kind'];
const find = <K extends Kind>(
  actions: readonly FaultAction[],
  kind: K,
): Extract<FaultAction, { kind: K }> | undefined =>
  actions.find((action): action is Extract<FaultAction, { kind: K }> => action.kind === kind);

/** Carries one request out, with what its faults do to it. */
export const forward = async (exchange: Exchange): Promise<void> => {
  const { actions, incoming, outgoing, record } = exchange;
  const delay = find(actions, 'delay');
  if (delay !== undefined) await sleep(delay.milliseconds);
  if (incoming.socket.destroyed) return;
  if (find(actions, 'close-before') !== undefined) {
    incoming.socket.destroy();
    return;
  }
  const status = find(actions, 'status');
  if (status === undefined && find(actions, 'hang') === undefined) {
    sendUpstream(exchange);
    return;
  }
  if (exchange.waits) outgoing.writeContinue();
  incoming.on('data', (chunk: Buffer) => {
    record.requestBytes += chunk.length;
  });
  if (status === undefined) return;
  incoming.once('end', () => {
    record.status = status.status;
    outgoing.writeHead(status.status, { ...status.headers }).end(status.body ?? '');
  });
};

const sendUpstream = (exchange: Exchange): void => {
  const { incoming, outgoing, upstream } = exchange;
  const { target, agent } = upstream;
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const outbound = send({
    agent,
    host: target.hostname,
    port: target.port,
    method: incoming.method,
    path: incoming.url,
    // Raw, so that names, order, repetition and above all the host arrive as they were signed.
    headers: incoming.rawHeaders,
    setHost: false,
  });
  let answered = false;
  // A store may refuse a body before it has read it all, and read no more. Its answer is what the client is to see, and
  // the client may look for that only when all of its body is gone: so the rest is taken, and thrown away.
  const takeRest = (): void => {
    if (incoming.complete) return;
    incoming.unpipe().resume();
    outbound.destroy();
  };
  outbound.on('response', (answer) => {
    answered = true;
    answer.once('end', takeRest);
    sendAnswer(exchange, answer);
  });
  outbound.on('error', () => {
    if (!answered) incoming.socket.destroy();
    else takeRest();
  });
  outbound.on('close', () => {
    if (answered) takeRest();
  });
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) outbound.destroy();
  });
  if (!exchange.waits) {
    sendBody(exchange, outbound);
    return;
  }
  outbound.once('continue', () => {
    outgoing.writeContinue();
    sendBody(exchange, outbound);
  });
  outbound.flushHeaders();
};

const chain = (source: IncomingMessage, stages: readonly Transform[], end: Writable): void => {
  const last = stages.reduce<IncomingMessage | Transform>((stream, stage) => stream.pipe(stage), source);
  last.pipe(end);
};

const sendBody = (exchange: Exchange, outbound: ClientRequest): void => {
  const { actions, incoming, record } = exchange;
  const corrupt = find(actions, 'corrupt-request');
  const throttle = find(actions, 'throttle');
  const close = find(actions, 'close-after-request-bytes');
  const stages = [
    counting((bytes) => {
      record.requestBytes += bytes;
    }),
    ...(corrupt === undefined ? [] : [flipping(corrupt.offset)]),
    ...(throttle === undefined ? [] : [throttling(throttle.bytesPerSecond)]),
    ...(close === undefined
      ? []
      : [
          stoppingAfter(close.bytes, () =>
            whenSent(outbound, () => {
              outbound.destroy();
              incoming.socket.destroy();
            }),
          ),
        ]),
  ];
  chain(incoming, stages, outbound);
};

/** Waits, a second at most, until the store was given all that was written to it. */
const whenSent = (outbound: ClientRequest, then: () => void, tries = 200): void => {
  const { socket } = outbound;
  const sent = socket !== null && !socket.connecting && outbound.writableLength + socket.writableLength === 0;
  if (sent || tries === 0) then();
  else setTimeout(() => whenSent(outbound, then, tries - 1), 5);
};

/** Headers without those that speak of the connection to the store, which isn't the client's. */
const endToEnd = (raw: readonly string[]): string[] =>
  raw.filter(
    (_, index) => !['connection', 'keep-alive'].includes(raw[index - (index % 2)]?.toLowerCase() ?? ''),
  );

const sendAnswer = (exchange: Exchange, answer: IncomingMessage): void => {
  const { actions, incoming, outgoing, record } = exchange;
  if (find(actions, 'lose-answer') !== undefined) {
    answer.resume().once('end', () => incoming.socket.destroy());
    return;
  }
  answer.once('error', () => incoming.socket.destroy());
  outgoing.sendDate = false;
  record.status = answer.statusCode;
  outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders));
  outgoing.flushHeaders();
  const corrupt = find(actions, 'corrupt-answer');
  const throttle = find(actions, 'throttle');
  const truncate = find(actions, 'truncate-answer');
  const stall = find(actions, 'stall-answer');
  const stages = [
    ...(corrupt === undefined ? [] : [flipping(corrupt.offset)]),
    ...(throttle === undefined ? [] : [throttling(throttle.bytesPerSecond)]),
    ...(truncate === undefined
      ? []
      : [stoppingAfter(truncate.afterBytes, () => incoming.socket.destroySoon())]),
    ...(stall === undefined ? [] : [stoppingAfter(stall.afterBytes, () => undefined)]),
    counting((bytes) => {
      record.answerBytes += bytes;
    }),
  ];
  chain(answer, stages, outgoing);
};

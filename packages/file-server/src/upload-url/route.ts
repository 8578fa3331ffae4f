import type { IncomingMessage } from 'node:http';
import { OptionChecks } from '@mesibo-files/handler-core/provider';
import type { NodeContext } from '../context/context.ts';
import { checkNames } from '../context/known-names.ts';
import type { Limits } from '../context/limits.ts';
import type { RequestScope } from '../context/scope.ts';
import { letContinue, waitsForContinue } from '../http/continue.ts';
import { pageHeaders } from '../http/cors.ts';
import { checkPage } from '../http/pages.ts';
import { problemOf } from '../http/problem.ts';
import { checkPlain, Refusal } from '../http/refusal.ts';
import type { NodeRoute } from '../http/serve-node.ts';
import { sendJson } from './answer.ts';
import { UploadCapacity } from './capacity.ts';
import { dialectOf } from './dialect.ts';
import { FormFields } from './fields.ts';
import { tooLarge } from './file-part.ts';
import { Form } from './form.ts';
import { sendAndLinger } from './linger.ts';
import { PART_HEADER_SIZE } from './multipart.ts';
import type { UploadRouteOptions } from './options.ts';
import { type Received, type Receiving, receive } from './receive.ts';
import { type FieldRules, rulesOf } from './rules.ts';
import { Watch } from './watch.ts';

/**
 * mesibo's upload URL: `POST <base>/upload` with a `multipart/form-data` form of a few fields and one file, which is
 * streamed to the store.
 */
export function uploadRoute(options: UploadRouteOptions = {}): NodeRoute {
  const checks = new OptionChecks('Upload URL');
  checkNames(checks, OPTIONS, options);
  checks.check(['current', 'legacy'].includes(options.dialect ?? 'current'), 'dialect: current or legacy');
  checks.end();
  const rules = rulesOf(options);
  const dialect = dialectOf(options.dialect);
  const capacity = new UploadCapacity(options);
  return {
    name: 'upload',
    // Every method but the preflight's, so that a wrong one is told so.
    matches: (method, path) => path === '/upload' && method !== 'OPTIONS',
    problemBody: dialect.failed,
    // A client that waits for a word sends its body when it has its turn.
    lets: true,
    handle: async (context, scope, request, response) => {
      const page = pageHeaders(context.origins, scope.credential.header('origin'));
      for (const [name, value] of Object.entries(page)) response.setHeader(name, value);
      let known = false;
      const onKnown = (): void => {
        known = true;
      };
      try {
        const passed = await queued(context, scope, capacity, request);
        letContinue(request, response);
        const taking = { context, scope, capacity, rules, request, onKnown };
        const { object, fields } = await take(taking).finally(passed);
        const body = dialect.stored(object.url, fields, context.clock.now());
        sendJson(response, { status: 200, headers: {}, body });
      } catch (error) {
        // A client that waits for a word sends nothing: there is nothing to be read out.
        if (waitsForContinue(request)) throw error;
        // Nothing of the body may stay in the way of the connection's next request.
        request.resume();
        // The rest of a short one has come already, and is only not seen yet.
        await new Promise((resolve) => setImmediate(resolve));
        if (!request.complete && !response.destroyed) {
          const { status, headers, ...problem } = problemOf(error);
          const answer = { status, headers, body: dialect.failed(problem) };
          const { clock, limits } = context;
          const { lingers } = capacity;
          const refused = {
            clock,
            limits,
            lingers,
            known,
            address: scope.address,
            request,
            response,
            answer,
          };
          await sendAndLinger(refused);
        }
        throw error;
      }
    },
  };
}

/** Every option there is. */
const OPTIONS: Readonly<Record<keyof UploadRouteOptions, true>> = {
  dialect: true,
  lenientFields: true,
  awaitFields: true,
  spoolDirectory: true,
};

/** What can be refused by the headers is; then it waits for its turn. Nothing of the body was read by then. */
async function queued(
  context: NodeContext,
  scope: RequestScope,
  capacity: UploadCapacity,
  request: IncomingMessage,
): Promise<() => void> {
  if (request.method !== 'POST') {
    throw new Refusal('method-not-allowed', 'The upload URL takes POST.', { allow: 'POST' });
  }
  checkPage(context, scope.credential.header);
  checkPlain(scope.credential.header);
  mostBytes(request, context.limits);
  return capacity.running.room(capacity.queueing(context, scope.signal));
}

interface Taking extends Pick<Receiving, 'context' | 'scope' | 'capacity' | 'onKnown'> {
  readonly rules: FieldRules;
  readonly request: IncomingMessage;
}

/** Takes one upload, from its form to the owner's hook. */
async function take(taking: Taking): Promise<Received> {
  const { context, scope, capacity, rules, request, onKnown } = taking;
  const { limits, clock } = context;
  const maxSize = mostBytes(request, limits);
  const gone = new AbortController();
  const fields = new FormFields(rules);
  const settings = {
    contentType: request.headers['content-type'] ?? '',
    fields,
    bearer: scope.credential.token !== null,
    limits,
    onMoved: () => watch.moved(),
    onHeld: (held: boolean) => watch.hold(held),
  };
  const form = new Form(request, settings);
  // After the form, which throws for what is none: no watch may run on with nothing to end.
  const watch = new Watch(clock, limits, (error) => {
    form.fail(error);
    gone.abort(error);
  });
  form.file.then(
    () => watch.begin(),
    () => undefined,
  );
  form.whole.catch((error) => gone.abort(error));
  const onClose = (): void => gone.abort(new Refusal('body-cut-off', 'The client went away.'));
  scope.signal.addEventListener('abort', onClose, { once: true });
  const release: (() => void | Promise<void>)[] = [];
  try {
    const reading = { form, fields, maxSize, gone: gone.signal, release };
    return await receive({ context, scope, capacity, onKnown, ...reading });
  } catch (error) {
    form.fail(error);
    throw gone.signal.aborted ? gone.signal.reason : error;
  } finally {
    watch.stop();
    scope.signal.removeEventListener('abort', onClose);
    for (const one of release.reverse()) await one();
  }
}

/** The most bytes that the file can have. @throws `file-too-large` when the request's length gives it away */
function mostBytes(
  request: IncomingMessage,
  { maxFileSize, maxFields, maxFieldSize }: Pick<Limits, 'maxFileSize' | 'maxFields' | 'maxFieldSize'>,
): number {
  const length = request.headers['content-length'];
  if (length === undefined) return maxFileSize;
  const others = (maxFields + 2) * (maxFieldSize + PART_HEADER_SIZE);
  if (Number(length) > maxFileSize + others) throw tooLarge(maxFileSize);
  return Math.min(maxFileSize, Number(length));
}

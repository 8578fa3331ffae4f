import { problem, type Reader, type Schema } from '@mesibo-files/handler-core/wire';
import { DESCRIPTIONS } from './descriptions.ts';
import { OPERATIONS, type Operation } from './operations.ts';

/** A value that JSON can write. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

const SCHEMAS = '#/components/schemas/';

/** The protocol as an OpenAPI 3.1 document, made of the same readers that check the requests. */
export function openApiDocument(): Readonly<Record<string, Json>> {
  return {
    openapi: '3.1.1',
    info: {
      title: 'mesibo-files: signing for remote handlers',
      version: '1',
      description: 'Plans and signed requests for uploads and downloads that go straight to the store.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    security: [{ token: [] }],
    paths: Object.fromEntries(
      OPERATIONS.map((each) => [each.path, { [each.method.toLowerCase()]: page(each) }]),
    ),
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: "Whatever the owner's own function takes.",
        },
      },
      schemas: schemas(),
    },
  };
}

function page({ name, summary, request, answer, authorised }: Operation): Json {
  return {
    operationId: name,
    summary,
    ...(authorised ? {} : { security: [] }),
    ...(request === null ? {} : { requestBody: { required: true, content: content(request) } }),
    responses: {
      '200': { description: 'Done.', content: content(answer) },
      default: {
        description: 'Not done; the code says why, and Retry-After when to ask again.',
        content: content(problem),
      },
    },
  };
}

function content(reader: Reader<unknown>): Json {
  return { 'application/json': { schema: { $ref: SCHEMAS + (reader.schema.named ?? '') } } };
}

/** Every schema that has a name. What stands within another is referred to. */
function schemas(): Json {
  const found = new Map<string, Json>();
  const written = (schema: Schema): Json => {
    const { named, ...rest } = schema;
    if (named === undefined) return rewritten(rest);
    if (!found.has(named)) {
      found.set(named, {});
      found.set(named, described(named, rewritten(rest)));
    }
    return { $ref: SCHEMAS + named };
  };
  const rewritten = (value: unknown): Json => {
    if (Array.isArray(value)) return value.map(rewritten);
    if (typeof value !== 'object' || value === null) return value as Json;
    const inner = Object.entries(value).map(([name, each]) => [
      name,
      isSchema(each) ? written(each) : rewritten(each),
    ]);
    return Object.fromEntries(inner) as Json;
  };
  for (const { request, answer } of OPERATIONS) {
    if (request !== null) written(request.schema);
    written(answer.schema);
  }
  written(problem.schema);
  return Object.fromEntries([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && 'named' in value;
}

/** With what people are told of it and of its fields. */
function described(name: string, schema: Json): Json {
  const { '': whole, ...fields } = DESCRIPTIONS[name] ?? {};
  const add = (inner: Json, description: string | undefined): Json =>
    description === undefined || typeof inner !== 'object' || inner === null
      ? inner
      : { description, ...inner };
  const withFields = (inner: Json): Json => {
    const properties = (inner as { properties?: Record<string, Json> }).properties;
    if (properties === undefined) return inner;
    const entries = Object.entries(properties).map(([field, each]) => [field, add(each, fields[field])]);
    return { ...(inner as object), properties: Object.fromEntries(entries) } as Json;
  };
  const { oneOf } = schema as { oneOf?: Json[] };
  const told =
    oneOf === undefined ? withFields(schema) : { ...(schema as object), oneOf: oneOf.map(withFields) };
  return add(told as Json, whole);
}

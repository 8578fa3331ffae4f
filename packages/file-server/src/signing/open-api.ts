import { z } from 'zod';
import { OPERATIONS, type Operation } from './operations.ts';
import { problem } from './wire/answers.ts';
import { named } from './wire/values.ts';

/** A value that JSON can write. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

const SCHEMAS = '#/components/schemas/';

/** The protocol as an OpenAPI 3.1 document, made of the same schemas that check the requests. */
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

function content(schema: z.ZodType): Json {
  return { 'application/json': { schema: { $ref: SCHEMAS + (named.get(schema)?.id ?? '') } } };
}

function schemas(): Json {
  const written = z.toJSONSchema(named, { uri: (id) => SCHEMAS + id, io: 'input' });
  return Object.fromEntries(
    Object.entries(written.schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema as Json]),
  );
}

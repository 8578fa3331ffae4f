import { GcsError } from '../errors.ts';
import type { GcsObject } from './types.ts';

/** Conditions on the generation of what is there; 0 means that nothing may be there. */
export interface Preconditions {
  readonly generationMatch: number | undefined;
  readonly generationNotMatch: number | undefined;
  readonly metagenerationMatch: number | undefined;
  readonly metagenerationNotMatch: number | undefined;
}

/** No condition. */
export const unconditional: Preconditions = {
  generationMatch: undefined,
  generationNotMatch: undefined,
  metagenerationMatch: undefined,
  metagenerationNotMatch: undefined,
};

const number = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (/^\d{1,16}$/.test(text)) return Number(text);
  throw new GcsError('InvalidArgument', 'Invalid argument.', {
    elements: { Details: `Invalid value for ${name}: ${text}` },
  });
};

/** Reads the headers of the XML API. */
export const headerPreconditions = (headers: ReadonlyMap<string, string>): Preconditions => ({
  generationMatch: number('x-goog-if-generation-match', headers.get('x-goog-if-generation-match')),
  generationNotMatch: undefined,
  metagenerationMatch: number(
    'x-goog-if-metageneration-match',
    headers.get('x-goog-if-metageneration-match'),
  ),
  metagenerationNotMatch: undefined,
});

/** Reads the query parameters of the JSON API. */
export const queryPreconditions = (value: (name: string) => string | undefined): Preconditions => ({
  generationMatch: number('ifGenerationMatch', value('ifGenerationMatch')),
  generationNotMatch: number('ifGenerationNotMatch', value('ifGenerationNotMatch')),
  metagenerationMatch: number('ifMetagenerationMatch', value('ifMetagenerationMatch')),
  metagenerationNotMatch: number('ifMetagenerationNotMatch', value('ifMetagenerationNotMatch')),
});

const failed = (condition: string): GcsError =>
  new GcsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold.', {
    elements: { Details: condition },
  });

/**
 * Judges conditions against what is there at that moment; a not-match that fails is 304 for a read. Source: "Request
 * preconditions", Cloud Storage.
 */
export const checkPreconditions = (
  conditions: Preconditions,
  existing: GcsObject | undefined,
  access: 'read' | 'write',
): void => {
  const { generationMatch, generationNotMatch, metagenerationMatch, metagenerationNotMatch } = conditions;
  const generation = existing?.generation ?? 0;
  if (generationMatch !== undefined && generationMatch !== generation) {
    throw failed(`generation is ${generation}, not ${generationMatch}`);
  }
  if (metagenerationMatch !== undefined && metagenerationMatch !== existing?.metageneration) {
    throw failed(`metageneration is not ${metagenerationMatch}`);
  }
  const unchanged =
    (generationNotMatch !== undefined && generationNotMatch === generation) ||
    (metagenerationNotMatch !== undefined && metagenerationNotMatch === existing?.metageneration);
  if (!unchanged) return;
  if (access === 'read') throw new GcsError('NotModified', 'Not Modified');
  throw failed('a not-match condition');
};

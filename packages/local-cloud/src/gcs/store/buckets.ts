import { GcsError } from '../errors.ts';
import { checkCorsRules } from './cors-rules.ts';
import type { GcsBucket, GcsCorsRule } from './types.ts';

/** What a bucket starts with. */
export interface NewBucket {
  readonly name: string;
  readonly createdAt: number;
  readonly cors?: readonly GcsCorsRule[] | undefined;
  readonly publicRead?: boolean | undefined;
  readonly storageClass?: string | undefined;
}

// Source: "About Cloud Storage buckets", bucket naming requirements.
const validName = /^(?=.{3,222}$)[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/;
const looksLikeAddress = /^\d+\.\d+\.\d+\.\d+$/;

const isValidName = (name: string): boolean =>
  validName.test(name) &&
  !looksLikeAddress.test(name) &&
  !name.startsWith('goog') &&
  !name.includes('google') &&
  name.split('.').every((component) => component.length > 0 && component.length <= 63);

/** All buckets of one server, by name. */
export class Buckets {
  readonly #byName = new Map<string, GcsBucket>();

  create(bucket: NewBucket): GcsBucket {
    const { name, createdAt } = bucket;
    if (!isValidName(name)) {
      throw new GcsError('InvalidBucketName', 'The specified bucket is not valid.', {
        elements: { Details: `Invalid bucket name: '${name}'` },
      });
    }
    if (this.#byName.has(name)) {
      throw new GcsError(
        'BucketNameUnavailable',
        'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      );
    }
    const cors = bucket.cors ?? [];
    checkCorsRules(cors);
    const created: GcsBucket = {
      name,
      createdAt,
      updatedAt: createdAt,
      metageneration: 1,
      publicRead: bucket.publicRead ?? false,
      storageClass: bucket.storageClass ?? 'STANDARD',
      cors,
      objects: new Map(),
      uploads: new Map(),
    };
    this.#byName.set(name, created);
    return created;
  }

  find(name: string): GcsBucket | undefined {
    return this.#byName.get(name);
  }

  get(name: string): GcsBucket {
    const bucket = this.#byName.get(name);
    if (bucket === undefined) throw new GcsError('NoSuchBucket', 'The specified bucket does not exist.');
    return bucket;
  }

  delete(name: string): void {
    if (this.get(name).objects.size > 0) {
      throw new GcsError('BucketNotEmpty', 'The bucket you tried to delete is not empty.');
    }
    this.#byName.delete(name);
  }

  all(): GcsBucket[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

import { S3Error } from '../errors.ts';
import type { Bucket, S3CorsRule } from './types.ts';

/** What a bucket starts with. */
export interface NewBucket {
  readonly name: string;
  readonly createdAt: number;
  readonly corsRules?: readonly S3CorsRule[] | undefined;
  readonly publicRead?: boolean | undefined;
}

// Source: "General purpose bucket naming rules", Amazon S3 user guide.
const validName = /^(?=.{3,63}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const looksLikeAddress = /^\d+\.\d+\.\d+\.\d+$/;

/** All buckets of one server, by name. */
export class Buckets {
  readonly #byName = new Map<string, Bucket>();

  create(bucket: NewBucket): Bucket {
    const { name } = bucket;
    if (!validName.test(name) || looksLikeAddress.test(name) || name.includes('..')) {
      throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', {
        elements: { BucketName: name },
      });
    }
    if (this.#byName.has(name)) {
      throw new S3Error(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        { elements: { BucketName: name } },
      );
    }
    const created: Bucket = {
      name,
      createdAt: bucket.createdAt,
      publicRead: bucket.publicRead ?? false,
      corsRules: bucket.corsRules,
      objects: new Map(),
      uploads: new Map(),
      completed: new Map(),
    };
    this.#byName.set(name, created);
    return created;
  }

  find(name: string): Bucket | undefined {
    return this.#byName.get(name);
  }

  get(name: string): Bucket {
    const bucket = this.#byName.get(name);
    if (bucket === undefined) {
      throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', {
        elements: { BucketName: name },
      });
    }
    return bucket;
  }

  delete(name: string): void {
    const bucket = this.get(name);
    if (bucket.objects.size > 0) {
      throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty', {
        elements: { BucketName: name },
      });
    }
    this.#byName.delete(name);
  }

  all(): Bucket[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

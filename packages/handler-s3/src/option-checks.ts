/** Whether a bucket can have this name; custom stores allow more than Amazon. */
export function isBucketName(name: string, custom: boolean): boolean {
  if (typeof name !== 'string' || name.endsWith('--x-s3') || name.includes('..')) return false;
  return (
    custom ? /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/ : /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
  ).test(name);
}

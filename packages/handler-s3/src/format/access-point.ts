/** An access point, as its ARN names it. */
export interface AccessPoint {
  readonly region: string;
  /** The first label of its host. */
  readonly label: string;
}

/** Reads the ARN of an access point of one region; null for any other name. */
export function accessPointOf(bucket: string): AccessPoint | null {
  const found = /^arn:aws[a-z-]*:s3:([a-z0-9-]+):(\d{12}):accesspoint[:/]([a-z0-9-]{3,50})$/.exec(bucket);
  const [, region, account, name] = found ?? [];
  return region === undefined ? null : { region, label: `${name}-${account}` };
}

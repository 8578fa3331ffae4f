/** A request for one of two files, and what must be answered. */
export interface RangeRequest {
  /** `ten` holds `0123456789`, `empty` nothing. Default `ten`. */
  readonly file?: 'ten' | 'empty';
  readonly method?: 'GET' | 'HEAD';
  /** `{etag}` stands for the file's tag, `{modified}`, `{earlier}` and `{later}` for dates beside its own. */
  readonly headers: Readonly<Record<string, string>>;
  /** The status, and the Content-Range where there is one. */
  readonly answer: string;
  /** What a server answers that knows no date of the file. Default as `answer`. */
  readonly undated?: string;
  /** What nginx answers, where that is something else; `why` says what we hold to. */
  readonly nginx?: string;
  readonly why?: string;
  /** What Amazon S3 answers, where that is something else: `local-cloud` plays it. */
  readonly s3?: string;
}

const SEVERAL = 'RFC 9110, 14.2: a server may answer several ranges with the whole';
const HEAD = 'RFC 9110, 14.2: a range has a meaning for GET alone';

const range = (value: string): Readonly<Record<string, string>> => ({ range: value });

/** Ranges, conditions, and both. */
export const RANGE_REQUESTS: readonly RangeRequest[] = [
  { headers: {}, answer: '200' },
  { headers: range('bytes=0-0'), answer: '206 bytes 0-0/10' },
  { headers: range('bytes=2-5'), answer: '206 bytes 2-5/10' },
  { headers: range('bytes=0-'), answer: '206 bytes 0-9/10' },
  { headers: range('bytes=9-'), answer: '206 bytes 9-9/10' },
  { headers: range('bytes=0-9'), answer: '206 bytes 0-9/10' },
  { headers: range('bytes=0-10'), answer: '206 bytes 0-9/10' },
  { headers: range('bytes=8-999999999999'), answer: '206 bytes 8-9/10' },
  {
    headers: range('bytes=8-99999999999999999999999'),
    answer: '206 bytes 8-9/10',
    nginx: '416 bytes */10',
    why: 'RFC 9110, 14.1.2: any last position behind the end means the end',
  },
  { headers: range('bytes=007-08'), answer: '206 bytes 7-8/10' },
  { headers: range('bytes=10-'), answer: '416 bytes */10' },
  { headers: range('bytes=10-20'), answer: '416 bytes */10' },
  { headers: range('bytes=99999999999999999999999-'), answer: '416 bytes */10' },
  { headers: range('bytes=-1'), answer: '206 bytes 9-9/10' },
  { headers: range('bytes=-10'), answer: '206 bytes 0-9/10' },
  { headers: range('bytes=-11'), answer: '206 bytes 0-9/10' },
  { headers: range('bytes=-65536'), answer: '206 bytes 0-9/10' },
  { headers: range('bytes=-0'), answer: '416 bytes */10' },
  { headers: range('BYTES=2-5'), answer: '206 bytes 2-5/10', s3: '200' },
  { headers: range('bytes=5-2'), answer: '416 bytes */10', s3: '200' },
  { headers: range('bytes=-'), answer: '416 bytes */10', s3: '200' },
  { headers: range('bytes=a-b'), answer: '416 bytes */10', s3: '200' },
  { headers: range('bytes=0x1-5'), answer: '416 bytes */10', s3: '200' },
  { headers: range('bytes=1.5-5'), answer: '416 bytes */10', s3: '200' },
  { headers: range('bytes=+1-5'), answer: '416 bytes */10', s3: '200' },
  { headers: range('bytes=--5'), answer: '416 bytes */10', s3: '200' },
  { headers: range('bytes=0-1;x'), answer: '416 bytes */10', s3: '200' },
  { headers: range('bytes=0-1-2'), answer: '416 bytes */10', s3: '200' },
  { headers: range('bytes='), answer: '200' },
  { headers: range('bytes'), answer: '200' },
  { headers: range('lines=0-1'), answer: '200' },
  { headers: range('2-5'), answer: '200' },
  { headers: range(''), answer: '200' },
  { headers: range('bytes=0-1,4-5'), answer: '200', nginx: '206', why: SEVERAL },
  { headers: range('bytes=0-0,-1'), answer: '200', nginx: '206', why: SEVERAL },
  { headers: range('bytes=0-7,2-9'), answer: '200' },
  { headers: range('bytes=2-5,20-'), answer: '206 bytes 2-5/10', s3: '200' },
  { headers: range('bytes=20-, 2-5'), answer: '206 bytes 2-5/10', s3: '200' },
  { headers: range('bytes=20-30,40-'), answer: '416 bytes */10', s3: '200' },
  {
    headers: range('bytes=2-5,'),
    answer: '206 bytes 2-5/10',
    nginx: '416 bytes */10',
    why: 'RFC 9110, 5.6.1: empty elements of a list are passed over',
    s3: '200',
  },
  { headers: range('bytes=0-1,a-b'), answer: '416 bytes */10', s3: '200' },
  { file: 'empty', headers: {}, answer: '200' },
  { file: 'empty', headers: range('bytes=0-'), answer: '200', s3: '416 bytes */0' },
  { file: 'empty', headers: range('bytes=0-0'), answer: '200', s3: '416 bytes */0' },
  { file: 'empty', headers: range('bytes=-5'), answer: '200', s3: '416 bytes */0' },
  { file: 'empty', headers: range('bytes=5-'), answer: '416 bytes */0' },
  {
    method: 'HEAD',
    headers: range('bytes=2-5'),
    answer: '200',
    nginx: '206 bytes 2-5/10',
    why: HEAD,
    s3: '206 bytes 2-5/10',
  },
  {
    method: 'HEAD',
    headers: range('bytes=99-'),
    answer: '200',
    nginx: '416 bytes */10',
    why: HEAD,
    s3: '416 bytes */10',
  },
  { headers: { range: 'bytes=2-5', 'if-range': '{etag}' }, answer: '206 bytes 2-5/10' },
  { headers: { range: 'bytes=2-5', 'if-range': 'W/{etag}' }, answer: '200' },
  { headers: { range: 'bytes=2-5', 'if-range': '"other"' }, answer: '200' },
  { headers: { range: 'bytes=2-5', 'if-range': '{modified}' }, answer: '206 bytes 2-5/10', undated: '200' },
  { headers: { range: 'bytes=2-5', 'if-range': '{earlier}' }, answer: '200' },
  { headers: { range: 'bytes=2-5', 'if-range': '{later}' }, answer: '200' },
  { headers: { range: 'bytes=99-', 'if-range': '"other"' }, answer: '200' },
  { headers: { range: 'bytes=99-', 'if-range': '{etag}' }, answer: '416 bytes */10' },
  { headers: { 'if-range': '"other"' }, answer: '200' },
  { headers: { 'if-match': '{etag}' }, answer: '200' },
  { headers: { 'if-match': '"other", {etag}' }, answer: '200' },
  { headers: { 'if-match': '*' }, answer: '200' },
  { headers: { 'if-match': '"other"' }, answer: '412' },
  { headers: { 'if-match': 'W/{etag}' }, answer: '412', s3: '200' },
  { headers: { 'if-match': '"other"', range: 'bytes=99-' }, answer: '412' },
  { headers: { 'if-match': '"other"', 'if-none-match': '{etag}' }, answer: '412' },
  { headers: { 'if-none-match': '{etag}' }, answer: '304' },
  { headers: { 'if-none-match': 'W/{etag}' }, answer: '304' },
  { headers: { 'if-none-match': '"other" , W/{etag}' }, answer: '304' },
  { headers: { 'if-none-match': '*' }, answer: '304' },
  { headers: { 'if-none-match': '"other"' }, answer: '200' },
  { headers: { 'if-none-match': '"a,b"' }, answer: '200' },
  { headers: { 'if-none-match': '{etag}', range: 'bytes=2-5' }, answer: '304' },
  { headers: { 'if-none-match': '"other"', range: 'bytes=2-5' }, answer: '206 bytes 2-5/10' },
  { method: 'HEAD', headers: { 'if-none-match': '{etag}' }, answer: '304' },
  { headers: { 'if-modified-since': '{modified}' }, answer: '304', undated: '200' },
  { headers: { 'if-modified-since': '{earlier}' }, answer: '200' },
  {
    headers: { 'if-modified-since': '{later}' },
    answer: '304',
    undated: '200',
    nginx: '200',
    why: 'RFC 9110, 13.1.3: earlier or equal is not modified (nginx: `if_modified_since before`)',
  },
  { headers: { 'if-modified-since': 'yesterday' }, answer: '200' },
  {
    headers: { 'if-modified-since': '{modified}', 'if-none-match': '"other"' },
    answer: '200',
  },
  {
    headers: { 'if-modified-since': '{earlier}', 'if-none-match': '{etag}' },
    answer: '304',
    nginx: '200',
    why: 'RFC 9110, 13.1.3: If-None-Match alone counts where there are both',
  },
  { headers: { 'if-unmodified-since': '{modified}' }, answer: '200' },
  { headers: { 'if-unmodified-since': '{later}' }, answer: '200' },
  { headers: { 'if-unmodified-since': '{earlier}' }, answer: '412', undated: '200' },
  {
    headers: { 'if-unmodified-since': 'yesterday' },
    answer: '200',
    nginx: '412',
    why: 'RFC 9110, 13.1.4: what is no date is passed over',
  },
  {
    headers: { 'if-unmodified-since': '{earlier}', 'if-match': '{etag}' },
    answer: '200',
    nginx: '412',
    why: 'RFC 9110, 13.1.4: If-Match alone counts where there are both',
  },
];

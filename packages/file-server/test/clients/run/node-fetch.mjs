// Node's fetch. Prints the status, then the body.
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';

const [url, token, path] = process.argv.slice(2);
const form = new FormData();
for (const [name, value] of Object.entries({ op: 'upload', auth: token, uid: '7', mid: '42', source: '0' })) {
  form.append(name, value);
}
form.append('photo', await openAsBlob(path, { type: 'image/jpeg' }), basename(path));
try {
  const answer = await fetch(url, { method: 'POST', body: form });
  console.log(`${answer.status}\n${await answer.text()}`);
} catch (error) {
  console.log(`none\n${error.cause?.code ?? error}`);
}

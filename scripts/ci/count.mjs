// Adds up vitest's JSON reports. Prints each failure, and last the one line that a reader, or a machine, looks for.
import { readFileSync } from 'node:fs';

/** The lines of a failure's message that say what was expected and where; the rest is in the run's own output. */
const MOST_LINES = 8;

let passed = 0;
let failed = 0;
for (const path of process.argv.slice(2)) {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const { name, status, message, assertionResults } of report.testResults) {
    for (const { status: ended, fullName, failureMessages } of assertionResults) {
      if (ended === 'failed') print(`${name}: ${fullName}`, failureMessages.join('\n'));
    }
    if (status === 'failed' && assertionResults.every((each) => each.status !== 'failed')) {
      print(name, message); // It failed before its first test, or after its last.
      failed++;
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function print(title, text) {
  console.log(`FAILED ${title}\n${text.split('\n').slice(0, MOST_LINES).join('\n')}\n`);
}

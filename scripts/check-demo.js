// Reads the demo's last line from standard input and fails unless it says what the README promises.
import { readFileSync } from 'node:fs';

const result = JSON.parse(readFileSync(0, 'utf8'));
const { people, firstRun, secondRun, afterChanges } = result;
const wrong = [];
if (!(people > 0 && firstRun.usersCreated > 0 && firstRun.groupsCreated > 0))
  wrong.push('nothing was created');
if (firstRun.failed !== 0 || afterChanges.failed !== 0) wrong.push('something failed');
if (secondRun.writes !== 0) wrong.push('the unchanged run wrote');
if (afterChanges.writes !== afterChanges.expectedWrites)
  wrong.push('the changes took another number of writes');
if (wrong.length > 0) {
  console.error(`demo: ${wrong.join('; ')}\n${JSON.stringify(result)}`);
  process.exit(1);
}
console.log(`demo: as promised ${JSON.stringify(result)}`);

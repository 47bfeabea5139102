// Reads and parses every file of a state folder, and does nothing with it: what no start can do without.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

let records = 0;
for (const entry of readdirSync(process.argv[2], { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
  const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
  records += JSON.parse(text.slice(text.indexOf('\n') + 1)).records?.length ?? 0;
}
process.send({ records, cpu: process.cpuUsage() });
process.on('disconnect', () => process.exit());

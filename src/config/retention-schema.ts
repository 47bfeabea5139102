/** The `retention` block of bridge.yaml. */
import { z } from 'zod';

const days = z.number().int().min(1);

/** Days after which records of what was done age out. */
export const retentionSchema = z.strictObject({
  // The budgets of a target look back over a week of runs.
  runs: days.min(8).default(400).describe('How runs and synchronisations ended, and who approved what.'),
  plans: days.default(90).describe('Plans, which hold what would be written about people.'),
  conflicts: days.default(400).describe('Conflicts that were settled or went away.'),
});

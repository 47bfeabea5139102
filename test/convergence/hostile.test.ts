import { describeConvergence } from './sequences.js';

// Who pretends to have written cannot be told from who was written to and changed back: test/stories/unusable-target.test.ts.
const LIARS = new Set(['does-nothing']);

describeConvergence(
  'hostile targets',
  (profile) => !profile.endsWith('-like') && profile !== 'strict' && !LIARS.has(profile),
);

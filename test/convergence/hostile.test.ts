import { describeConvergence } from './sequences.js';

describeConvergence('hostile targets', (profile) => !profile.endsWith('-like') && profile !== 'strict');

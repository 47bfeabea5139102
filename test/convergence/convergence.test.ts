import { describeConvergence } from './sequences.js';

describeConvergence('services', (profile) => profile.endsWith('-like') || profile === 'strict');

import { startBetterAuth } from './better-auth.js';
import { describeProvisioning } from './provisioning.js';

describeProvisioning('@better-auth/scim 1.7.5', {
  start: startBetterAuth,
  refused: { id: 'bad', userName: 'bad@acme.example', email: 'not an address' },
});

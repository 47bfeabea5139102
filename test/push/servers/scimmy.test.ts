import { describeProvisioning } from './provisioning.js';
import { startScimmy } from './scimmy.js';

describeProvisioning('scimmy-routers 1.3.2 on Express 4', {
  start: startScimmy,
  // SCIMMY enforces the canonical values of `type`, which RFC 7643 only suggests.
  refused: { id: 'bad', emailType: 'bureau' },
});

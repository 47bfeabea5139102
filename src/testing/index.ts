/** Simulators: a Lucca tenant and a SCIM target on loopback ports, for tests of the bridge and of whatever stands beside it. */
export * from './lucca/index.js';
export * from './target/index.js';

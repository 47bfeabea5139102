/** The simulated integration's credentials. Nothing real is behind them. */
export interface Credentials {
  /** A GUID, as Lucca's keys are. */
  readonly apiKey: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export const DEFAULT_CREDENTIALS: Credentials = {
  apiKey: '0f4c2a9e-6d1b-4c57-9a43-2b8e7d5c1a60',
  clientId: 'scim-bridge',
  clientSecret: 'simulated-secret',
};

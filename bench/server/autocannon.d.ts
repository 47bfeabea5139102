/** The part of autocannon that the benchmarks use; it brings no types. */
declare module 'autocannon' {
  export interface LoadRequest {
    method?: string;
    path?: string;
    body?: string;
    setupRequest?: (request: LoadRequest) => LoadRequest;
  }

  export interface LoadResult {
    requests: { total: number };
    /** Milliseconds. */
    latency: { p99: number };
    non2xx: number;
    errors: number;
  }

  export default function autocannon(options: {
    url: string;
    connections: number;
    /** Seconds. */
    duration?: number;
    /** Requests, instead of a duration. */
    amount?: number;
    /** Milliseconds between two looks at the clock. */
    sampleInt: number;
    headers: Record<string, string>;
    requests: LoadRequest[];
  }): Promise<LoadResult>;
}

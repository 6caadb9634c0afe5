import type { Route } from './route.ts'

/**
 * Shows how many requests this server has had since it was started, by operation: errors by their code, latencies by
 * buckets. Each server behind a load balancer has its own; `server` tells which one has answered.
 */
export const requests: Route = async ({ requests }) => requests()

/** Whether a host name or address means this machine alone. */
export function isLoopback(host: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|\[?::1\]?|localhost)$/i.test(host)
}

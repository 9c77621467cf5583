/**
 * Milliseconds of the machine's monotonic clock, the same in all threads. What is waited for, and what is counted within a
 * while, goes by it: the clock of the day may be set, forward or back, at any moment.
 */
export function elapsedMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

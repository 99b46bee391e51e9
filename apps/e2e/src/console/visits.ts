import { afterEach, expect } from '@jest/globals';
import type { Visit } from './browser';

/**
 * Remembers the windows of a test, closes them after it, and fails it where the browser complained: an error of a script, a refusal of
 * the Content-Security-Policy, a request to elsewhere.
 */
export function keepVisits(): (visit: Visit) => Visit {
  const visits: Visit[] = [];
  afterEach(async () => {
    const seen = visits.splice(0);
    await Promise.all(seen.map(({ page }) => page.context().close()));
    expect(seen.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
  return (visit) => {
    visits.push(visit);
    return visit;
  };
}

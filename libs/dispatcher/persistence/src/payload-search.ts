import type { SqlExecutor } from '@arkan/ports';
import { plainArray, same } from './arrays';
import { daySuffix, dayOfUuid, type Day } from './day-partitions';

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/**
 * The patterns that find a text in a payload: as it is, and as it stands within a JSON string, where quotes and line ends are
 * escaped. `%` and `_` are letters like others.
 */
export function searchPatterns(text: string): string[] {
  const inJson = JSON.stringify(text).slice(1, -1);
  return [...new Set([text, inJson])].map((part) => `%${escapeLike(part)}%`);
}

/** Those of these events whose payload holds the text; upper and lower case are the same. */
export async function keysWithText(db: SqlExecutor, keys: Iterable<string>, text: string): Promise<Set<string>> {
  const byDay = new Map<Day, string[]>();
  for (const key of new Set(keys)) {
    const day = dayOfUuid(key);
    const ofDay = byDay.get(day);
    if (ofDay) ofDay.push(key);
    else byDay.set(day, [key]);
  }
  const patterns = searchPatterns(text);
  const found = new Set<string>();
  for (const [day, ofDay] of byDay) {
    const { rows } = await db
      .query<{ event_key: string }>({
        name: `dispatcher-search-${daySuffix(day)}`,
        text: `select event_key from unnest($1::uuid[]) as k (event_key) join payload_${daySuffix(day)} using (event_key)
          where convert_from(body, 'UTF8') ilike any($2::text[])`,
        values: [plainArray(ofDay, same), patterns],
      })
      .catch((error: unknown) => {
        // The day was dropped meanwhile.
        if ((error as { code?: string }).code === '42P01') return { rows: [] };
        throw error;
      });
    for (const row of rows) found.add(row.event_key);
  }
  return found;
}

import { roleNames } from '../../api/access';
import type { Schemas } from '../../api/client';
import type { HistoryEntry } from '../../api/history';

export type Keys = ReadonlyMap<string, Schemas['ApiKey']>;

export function actorName({ id, kind, role }: HistoryEntry['actor'], keys: Keys): string {
  if (kind === 'system') return 'The platform';
  const key = keys.get(id);
  if (key) return key.name;
  return role === 'operator' ? roleNames.operator : id;
}

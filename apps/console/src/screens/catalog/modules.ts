import type { Schemas } from '../../api/client';

export interface Module {
  module: string;
  types: Schemas['EventType'][];
}

/** The types by module, both in order of their names; with `text`, those that have every word of it. */
export function byModule(types: readonly Schemas['EventType'][], text: string): Module[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const modules = new Map<string, Schemas['EventType'][]>();
  for (const type of [...types].sort((a, b) => (a.type < b.type ? -1 : 1))) {
    const searched = `${type.type} ${type.title} ${type.description}`.toLowerCase();
    if (!words.every((word) => searched.includes(word))) continue;
    modules.set(type.module, [...(modules.get(type.module) ?? []), type]);
  }
  return [...modules].map(([module, inModule]) => ({ module, types: inModule }));
}

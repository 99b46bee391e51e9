import type { FieldError } from '@arkan/kernel';

/** What the catalog says of a type. */
export interface CatalogEntry {
  module: string;
  deprecatedAt: string | null;
}

/** Every event type that can't be subscribed to. What is subscribed to already may stay, also when it was deprecated meanwhile. */
export function checkEventTypes(
  eventTypes: readonly string[],
  subscribed: readonly string[],
  catalog: ReadonlyMap<string, CatalogEntry>,
): FieldError[] {
  const modules = new Set([...catalog.values()].map((entry) => entry.module));
  return eventTypes.flatMap((type, index) => {
    const fault = subscribed.includes(type) ? null : faultOf(type, catalog, modules);
    return fault ? [{ pointer: `/eventTypes/${index}`, limit: null, ...fault }] : [];
  });
}

function faultOf(
  type: string,
  catalog: ReadonlyMap<string, CatalogEntry>,
  modules: ReadonlySet<string>,
): { code: string; message: string } | null {
  if (type.endsWith('.*')) {
    const module = type.slice(0, -2);
    if (modules.has(module)) return null;
    return {
      code: 'unknown_module',
      message: `${module} is not a module of the catalog; it has ${[...modules].join(', ') || 'none yet'}`,
    };
  }
  const entry = catalog.get(type);
  if (!entry) return { code: 'unknown_event_type', message: `${type} is not in the catalog; see /v1/event-types` };
  if (entry.deprecatedAt === null) return null;
  return { code: 'deprecated_event_type', message: `${type} is deprecated and can't be newly subscribed to` };
}

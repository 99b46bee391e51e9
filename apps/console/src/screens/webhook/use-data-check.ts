import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

const dataMaxBytes = 262_144;
const errorsShown = 5;
const encoder = new TextEncoder();

interface Check {
  data: Record<string, unknown> | null;
  errors: string[];
}

/**
 * Tells while one types whether it is JSON of the type's shape. The server has the last word: what of a schema zod does not know is
 * left to it. zod is loaded for this screen only, and without the code that it makes at run time, which the page's policy forbids.
 */
export function useDataCheck(schema: Record<string, unknown> | undefined, text: string): Check {
  const { data: validator } = useQuery({
    queryKey: ['data-schema', schema],
    queryFn: async () => {
      const { z } = await import('zod');
      z.config({ jitless: true });
      try {
        return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
      } catch {
        return z.record(z.string(), z.unknown());
      }
    },
    enabled: schema !== undefined,
    staleTime: Infinity,
    structuralSharing: false,
  });
  return useMemo((): Check => {
    if (schema === undefined) return { data: null, errors: [] };
    if (encoder.encode(text).length > dataMaxBytes) return { data: null, errors: ['More than 256 KiB'] };
    const parsed = parseObject(text);
    if (typeof parsed === 'string') return { data: null, errors: [parsed] };
    const result = validator?.safeParse(parsed);
    const issues = result?.success === false ? result.error.issues : [];
    return {
      data: parsed,
      errors: issues.slice(0, errorsShown).map(({ path, message }) => `${path.join('.') || 'data'}: ${message}`),
    };
  }, [schema, text, validator]);
}

/** The object, or what is wrong with the text. */
function parseObject(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    return 'It must be a JSON object: {…}';
  } catch (error) {
    return `This is not JSON: ${error instanceof Error ? error.message : 'it can not be read'}`;
  }
}

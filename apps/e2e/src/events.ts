import type { Api } from './api';

/** Data that is valid for a type: the catalog's own example, with characters that a careless serialiser would change. */
export async function exampleOf(api: Api, type = 'maintenance.work_order.created'): Promise<Record<string, unknown>> {
  const { example } = await api.must('GET', `/v1/event-types/${type}`);
  return { ...example, remark: 'Leaking tap — drips since "Tuesday" \u00e9\u{1f6b0}\\ </script>' };
}

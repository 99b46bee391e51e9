/** Which service has a path; null for what is not let through. */
export function serviceOf(path: string): 'registry' | 'catalog' | 'dispatcher' | 'notifier' | null;

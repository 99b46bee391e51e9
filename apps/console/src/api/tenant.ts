import { createContext, useContext } from 'react';
import type { Api } from './client';

export interface Tenant {
  /** As in the address. */
  tenantId: string;
  api: Api;
}

export const TenantContext = createContext<Tenant | null>(null);

/** The tenant of the address and a client that works on it. The first part of every query key is `tenantId`. */
export function useTenant(): Tenant {
  const tenant = useContext(TenantContext);
  if (tenant === null) throw new Error('a screen of a tenant was shown without one');
  return tenant;
}

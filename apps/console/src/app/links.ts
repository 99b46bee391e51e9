import { useMemo } from 'react';
import { useTenant } from '../api/tenant';
import { paths } from './paths';

/** Addresses within the present tenant. */
export function usePaths() {
  const { tenantId } = useTenant();
  return useMemo(() => paths(tenantId), [tenantId]);
}

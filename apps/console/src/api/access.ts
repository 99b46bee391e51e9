import { access } from './access.gen';
import { useSession, type OperationId, type Role } from './session';

export const roleNames: Record<Role, string> = {
  operator: 'Operator',
  tenant_admin: 'Tenant admin',
  developer: 'Developer',
  auditor: 'Auditor',
  producer: 'Producer',
};

/** Whether a role may make a call of the API; from the same table that the server asks. */
export function can(role: Role, operation: OperationId): boolean {
  return role === 'operator' || (access[operation] as readonly Role[]).includes(role);
}

/** Null where it may, else why not, in words for the button that is disabled. */
export function whyNot(role: Role, operation: OperationId): string | null {
  if (can(role, operation)) return null;
  const allowed = [...access[operation], 'operator' as const].map((name) => roleNames[name]);
  return `Your role is ${roleNames[role]}. This needs ${allowed.join(' or ')}.`;
}

/** For `denied` of a button. */
export function useWhyNot(operation: OperationId): string | null {
  return whyNot(useSession().principal.role, operation);
}

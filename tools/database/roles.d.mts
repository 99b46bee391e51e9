export type Service = 'registry' | 'catalog' | 'dispatcher' | 'notifier';

export const services: readonly Service[];

export interface PrepareOptions {
  /** Of a superuser, or of a role that may make roles and owns the database. */
  url: string;
  /** May be left out for a role that is there: it keeps its password. */
  passwords?: Partial<Record<Service, string>>;
  /** `arkan_` unless told. Roles belong to the server: two installations on one want two. */
  rolePrefix?: string;
}

/** What is asked can't be done; the message says what to do. */
export class RolesError extends Error {}

/** For each service a role, and a schema that belongs to it and that no other reaches. The roles' names. Throws RolesError. */
export function prepareDatabase(options: PrepareOptions): Promise<Record<Service, string>>;

/**
 * `npm run database:roles`: for each service a role of its own and a schema that only this role reaches. Run it before the first
 * start, to change passwords, and after an upgrade that says so; it may be run at any time.
 *
 *   DATABASE_ADMIN_URL           a superuser, or a role that may make roles and owns the database
 *   <SERVICE>_DATABASE_PASSWORD  of arkan_<service>, e.g. REGISTRY_DATABASE_PASSWORD; may be left out where the role is there
 *
 * Plain JavaScript with `pg` alone, so that it runs from the image as well.
 */
import { fileURLToPath } from 'node:url';
import pg from 'pg';

export const services = ['registry', 'catalog', 'dispatcher', 'notifier'];

const passwordMin = 16;
const defaultPrefix = 'arkan_';

/** See roles.d.mts. */
export async function prepareDatabase({ url, passwords = {}, rolePrefix = defaultPrefix }) {
  for (const [service, password] of Object.entries(passwords)) {
    if (!services.includes(service)) throw new RolesError(`there is no service ${service}`);
    if (!/^[\x21-\x7e]+$/.test(password) || password.length < passwordMin || password.length > 200)
      throw new RolesError(
        `${passwordName(service)} can not be used: it must be ${passwordMin} to 200 printable characters of ASCII without blanks`,
      );
  }
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(rolePrefix)) throw new RolesError(`${rolePrefix} can't begin the name of a role`);
  const client = new pg.Client({
    connectionString: url,
    application_name: 'arkanpm-roles',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new RolesError(`the database can not be opened: ${error.message}; check DATABASE_ADMIN_URL`);
  }
  try {
    await client.query('begin');
    // Roles belong to the server, schemas to the database: one run at a time, as far as this database goes.
    await client.query(`select pg_advisory_xact_lock(hashtext('arkanpm roles'))`);
    await closeToOthers(client);
    for (const service of services) {
      const role = `${rolePrefix}${service}`;
      await ensureRole(client, service, role, passwords[service]);
      await ensureSchema(client, service, role);
    }
    await client.query('commit');
  } catch (error) {
    if (error instanceof RolesError) throw error;
    throw new RolesError(`the roles were not made: ${error.message}`);
  } finally {
    await client.end();
  }
  return Object.fromEntries(services.map((service) => [service, `${rolePrefix}${service}`]));
}

export class RolesError extends Error {}

const passwordName = (service) => `${service.toUpperCase()}_DATABASE_PASSWORD`;

/** What Postgres lets everybody do unless told: connect, make temporary tables, use `public`. */
async function closeToOthers(client) {
  const { rows } = await client.query('select current_database() as name');
  await client.query(`revoke all on database ${client.escapeIdentifier(rows[0].name)} from public`);
  await client.query('revoke all on schema public from public');
}

async function ensureRole(client, service, role, password) {
  const known = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (known.rowCount === 0 && password === undefined)
    throw new RolesError(`${passwordName(service)} is missing: the role ${role} is not there yet`);
  const name = client.escapeIdentifier(role);
  if (known.rowCount === 0) await client.query(`create role ${name} login`);
  if (password !== undefined) await client.query(`alter role ${name} login password ${client.escapeLiteral(password)}`);
  const { rows } = await client.query('select current_database() as name');
  // Temporary tables: the registry rebuilds its read models in them.
  await client.query(`grant connect, temporary on database ${client.escapeIdentifier(rows[0].name)} to ${name}`);
  // Else only a superuser may give something to it.
  const { rows: me } = await client.query(`select pg_has_role(current_user, $1, 'member') as member`, [role]);
  if (!me[0].member) await client.query(`grant ${name} to current_user`);
}

/** The schema is the role's, with all that a service under another user may have made there before. */
async function ensureSchema(client, schema, role) {
  const [name, owner] = [client.escapeIdentifier(schema), client.escapeIdentifier(role)];
  await client.query(`create schema if not exists ${name}`);
  await client.query(`alter schema ${name} owner to ${owner}`);
  const { rows } = await client.query(
    `select format('alter table %I.%I owner to ', n.nspname, c.relname) as statement
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm') and pg_get_userbyid(c.relowner) <> $2
     union all
     select format('alter type %I.%I owner to ', n.nspname, t.typname)
       from pg_type t join pg_namespace n on n.oid = t.typnamespace
       where n.nspname = $1 and t.typtype = 'e' and pg_get_userbyid(t.typowner) <> $2
     union all
     select format('alter routine %s owner to ', p.oid::regprocedure)
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = $1 and pg_get_userbyid(p.proowner) <> $2`,
    [schema, role],
  );
  for (const { statement } of rows) await client.query(`${statement}${owner}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { DATABASE_ADMIN_URL: url } = process.env;
  try {
    if (!url) throw new RolesError('DATABASE_ADMIN_URL is missing: postgres://admin:password@host/database');
    const passwords = Object.fromEntries(
      services.flatMap((service) => {
        const password = process.env[passwordName(service)];
        return password ? [[service, password]] : [];
      }),
    );
    const roles = await prepareDatabase({ url, passwords });
    for (const [service, role] of Object.entries(roles))
      console.log(`${role} has the schema ${service}, and no other.`);
  } catch (error) {
    if (!(error instanceof RolesError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/**
 * Which service has a path: the first that matches. What no service has (`/metrics`, `/health`, `/openapi.json` are each
 * service's own, and the operator's) is null. routes.spec.ts holds this, and the gateway of docker-compose.yml, to the contracts.
 */
const routes = [
  [/^\/v1\/(event-types|events|catalog)(\/|$)/, 'catalog'],
  [/^\/v1\/(deliveries|replays|stats)(\/|$)/, 'dispatcher'],
  [/^\/v1\/(notifications|notification-settings|integration-logs)(\/|$)/, 'notifier'],
  [/^\/(v1|console)(\/|$)/, 'registry'],
];

/** @returns {'registry' | 'catalog' | 'dispatcher' | 'notifier' | null} */
export function serviceOf(path) {
  return routes.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

import type { Schemas } from '../../api/client';

type Webhook = Schemas['Webhook'];

/** Which webhooks take a type: by its own name, or by its whole module. */
export function subscribersOf(
  type: Pick<Schemas['EventType'], 'type' | 'module'>,
  webhooks: readonly Webhook[],
): Webhook[] {
  return webhooks.filter(({ eventTypes }) => eventTypes.includes(type.type) || eventTypes.includes(`${type.module}.*`));
}

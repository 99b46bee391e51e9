/** What an owner may be told of. */
export type NoticeKind =
  'delivery_exhausted' | 'webhook_failing' | 'webhook_recovered' | 'auto_pause_warning' | 'webhook_auto_paused';

/** A delivery was given up. Text is expected clean and bounded (see `cleanText`). */
export interface Exhaustion {
  kind: 'delivery_exhausted';
  atMs: number;
  deliveryId: string;
  eventType: string;
  attempt: number;
  error: string;
}

/** A webhook's health changed, or is about to. */
export interface HealthChange {
  kind: Exclude<NoticeKind, 'delivery_exhausted'>;
  atMs: number;
  reason: string;
  /** RFC 3339, or null. */
  failingSince: string | null;
  /** RFC 3339, or null. */
  pausesAt: string | null;
}

export type Fact = Exhaustion | HealthChange;

/** Facts of one webhook that make one notice. Bounded whatever comes in: counts, and the latest of each kind. */
export interface Gathered {
  sinceMs: number;
  /** When it is to be told. */
  dueAtMs: number;
  exhausted: { count: number; firstAtMs: number; latest: Exhaustion } | null;
  /** The latest of each kind, in the order in which they last came. */
  health: HealthChange[];
}

/** What is kept of a webhook between notices. */
export interface NoticeState {
  lastToldAtMs: number | null;
  gathered: Gathered | null;
}

export const untold: NoticeState = { lastToldAtMs: null, gathered: null };

export interface NoticePolicy {
  /** At most one notice a webhook in this time. */
  windowMs: number;
  /**
   * A first notice waits this long, so that what has one cause and comes by two ways (a delivery exhausted, its webhook
   * failing) makes one notice.
   */
  settleMs: number;
}

/** Takes a fact in. It is told with the notice that is being gathered, or starts one. */
export function decideNotice(state: NoticeState, fact: Fact, nowMs: number, policy: NoticePolicy): NoticeState {
  const gathered = state.gathered ?? {
    sinceMs: nowMs,
    dueAtMs: Math.max(
      nowMs + policy.settleMs,
      state.lastToldAtMs === null ? -Infinity : state.lastToldAtMs + policy.windowMs,
    ),
    exhausted: null,
    health: [],
  };
  return { ...state, gathered: add(gathered, fact) };
}

function add(gathered: Gathered, fact: Fact): Gathered {
  if (fact.kind !== 'delivery_exhausted')
    return { ...gathered, health: [...gathered.health.filter(({ kind }) => kind !== fact.kind), fact] };
  const before = gathered.exhausted;
  return {
    ...gathered,
    exhausted: {
      count: (before?.count ?? 0) + 1,
      firstAtMs: Math.min(before?.firstAtMs ?? fact.atMs, fact.atMs),
      latest: before && before.latest.atMs > fact.atMs ? before.latest : fact,
    },
  };
}

/** What is to be told now, if anything, and the state after it was told. */
export function tellDue(state: NoticeState, nowMs: number): { state: NoticeState; told: Gathered | null } {
  if (!state.gathered || state.gathered.dueAtMs > nowMs) return { state, told: null };
  return { state: { lastToldAtMs: nowMs, gathered: null }, told: state.gathered };
}

/** The kinds that a notice covers. */
export function kindsOf({ exhausted, health }: Gathered): NoticeKind[] {
  return [...(exhausted ? (['delivery_exhausted'] as const) : []), ...health.map(({ kind }) => kind)];
}

/** The kind that a notice of several goes by: what asks most of its reader; of failing and recovered, what came last. */
export function leadingKind(gathered: Gathered): NoticeKind {
  const kinds = kindsOf(gathered);
  for (const kind of ['webhook_auto_paused', 'auto_pause_warning', 'delivery_exhausted'] as const)
    if (kinds.includes(kind)) return kind;
  const last = kinds.at(-1);
  if (!last) throw new Error('a notice without a fact');
  return last;
}

/** Only what is of these kinds; null where nothing is left. */
export function onlyKinds(gathered: Gathered, kinds: readonly NoticeKind[]): Gathered | null {
  const exhausted = kinds.includes('delivery_exhausted') ? gathered.exhausted : null;
  const health = gathered.health.filter(({ kind }) => kinds.includes(kind));
  return exhausted || health.length > 0 ? { ...gathered, exhausted, health } : null;
}

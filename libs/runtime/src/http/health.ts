/** One thing that readiness depends on. */
export interface HealthCheck {
  name: string;
  /** null when well, else what is wrong. Bounded to 2 s by the caller. */
  check(): Promise<string | null>;
}

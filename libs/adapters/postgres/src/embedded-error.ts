export type EmbeddedPostgresFault =
  | 'data_dir_unusable'
  | 'data_dir_in_use'
  | 'unsupported_platform'
  | 'incompatible_data'
  | 'init_failed'
  | 'port_in_use'
  | 'start_failed'
  | 'died';

/** Why there is no embedded database: one sentence that says what is the matter and what to do about it. */
export class EmbeddedPostgresError extends Error {
  constructor(
    readonly fault: EmbeddedPostgresFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
  }
}

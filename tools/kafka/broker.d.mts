export interface KafkaBroker {
  /** `host:port`, for clients. */
  readonly brokers: string[];
  readonly port: number;
  /** Where its data are. */
  readonly dir: string;
  readonly pid: number | null;
  /** Ends it, and removes the data directory where none was given. */
  stop(): Promise<void>;
  /** Ends it in order; the data stay, `restart` goes on with them. */
  halt(): Promise<void>;
  /** Ends it as a crash would; the data stay, `restart` goes on with them. */
  kill(): Promise<void>;
  /** On the same port and data; ends it in order before where it still runs. */
  restart(): Promise<void>;
}

export interface StartKafkaOptions {
  /** Kept after the end. A temporary one that goes with the broker unless told. */
  dir?: string;
  /** A free one unless told. */
  port?: number;
  /** More of server.properties. */
  settings?: Record<string, string | number | boolean>;
  /** Each line that the broker writes. */
  onLog?(line: string): void;
}

/** Starts one broker (KRaft, broker and controller in one process); resolves when it takes clients, in 3 to 7 s. */
export function startKafka(options?: StartKafkaOptions): Promise<KafkaBroker>;

/** Why no broker can run here, as a sentence that says what to install, or null. */
export function kafkaMissing(): Promise<string | null>;

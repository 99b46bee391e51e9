export interface OutgoingMail {
  /** Made from the mail's own id, so that a copy sent after a crash has the same and the receiving system can drop it. */
  messageId: string;
  /** One address, and nothing else. */
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Hands mails over to whoever delivers them. */
export interface MailTransport {
  /** Resolves when the mail was taken. Throws MailRefusedError where trying again is of no use, and anything else where it may be. Bounded in time. */
  send(mail: OutgoingMail): Promise<void>;
  /** Breaks off what is under way. */
  close(): void;
}

/** The mail as such is refused: its address, or its content. */
export class MailRefusedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MailRefusedError';
  }
}

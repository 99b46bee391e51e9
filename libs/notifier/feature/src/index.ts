export { createNotifier, notifierService } from './feature';
export type { NotifierDeps } from './parts';
export { MailRefusedError, type MailTransport, type OutgoingMail } from './mail/transport';

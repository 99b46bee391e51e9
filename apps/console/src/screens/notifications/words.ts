import type { Schemas } from '../../api/client';
import type { Tone } from '../../ui/status';

export type Kind = Schemas['Notification']['kind'];

export const kinds: Record<Kind, { title: string; tone: Tone; when: string }> = {
  delivery_exhausted: {
    title: 'Delivery given up',
    tone: 'bad',
    when: 'All attempts of a delivery failed, and nothing more is sent by itself.',
  },
  webhook_failing: {
    title: 'Webhook is failing',
    tone: 'bad',
    when: 'Its latest delivery was given up, or five attempts in a row failed.',
  },
  webhook_recovered: { title: 'Webhook recovered', tone: 'good', when: 'A delivery succeeded after it was failing.' },
  auto_pause_warning: {
    title: 'Webhook will be paused',
    tone: 'warn',
    when: 'It has had no success for long; the platform pauses it if that goes on.',
  },
  webhook_auto_paused: {
    title: 'Paused by the platform',
    tone: 'warn',
    when: 'It had no success for too long, or the receiver answered 410 (gone).',
  },
};

export const kindNames = Object.keys(kinds) as Kind[];

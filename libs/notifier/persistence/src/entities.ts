import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { NoticeKind } from '@arkan/notifier-domain';

/** The inbox. `id` is a UUIDv7 of the telling, so that it also orders. */
@Entity({ name: 'notification' })
export class NotificationRow {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;
  @PrimaryColumn({ type: 'uuid' })
  id!: string;
  @Column({ type: 'timestamptz' })
  at!: Date;
  /** What it goes by; `kinds` is all that it covers. */
  @Column({ type: 'text' })
  kind!: NoticeKind;
  @Column({ type: 'text', array: true })
  kinds!: NoticeKind[];
  @Column({ name: 'webhook_id', type: 'text' })
  webhookId!: string;
  @Column({ name: 'delivery_id', type: 'text', nullable: true })
  deliveryId!: string | null;
  /** Deliveries given up that this notice covers. */
  @Column({ name: 'exhausted_count', type: 'int' })
  exhaustedCount!: number;
  @Column({ type: 'text' })
  message!: string;
  @Column({ name: 'emailed_to', type: 'text', nullable: true })
  emailedTo!: string | null;
  @Column({ name: 'read_at', type: 'timestamptz', nullable: true })
  readAt!: Date | null;
}

/** What a tenant wants mailed. No row: everything. */
@Entity({ name: 'notification_settings' })
export class NotificationSettingsRow {
  @PrimaryColumn({ name: 'tenant_id', type: 'text' })
  tenantId!: string;
  @Column({ name: 'email_enabled', type: 'boolean' })
  emailEnabled!: boolean;
  @Column({ type: 'text', array: true })
  kinds!: NoticeKind[];
}

export const notifierEntities = [NotificationRow, NotificationSettingsRow];

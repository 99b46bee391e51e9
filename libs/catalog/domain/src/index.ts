export * from './catalog-documents';
export * from './event-type';
export * from './event-type-codec';
export * from './event-type-views';
export { shippedEventTypes } from './shipped/shipped';
export type { ShippedEventType } from './shipped/define';
export * from './webhook-index';

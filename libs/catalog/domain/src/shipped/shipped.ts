import type { ShippedEventType } from './define';
import { documents } from './documents';
import { inspections } from './inspections';
import { leasing } from './leasing';
import { maintenance } from './maintenance';
import { residents } from './residents';
import { warranty } from './warranty';

/** The catalog that every installation starts with. */
export const shippedEventTypes: readonly ShippedEventType[] = [
  ...maintenance,
  ...leasing,
  ...residents,
  ...inspections,
  ...warranty,
  ...documents,
];

import { catalogService } from '@arkan/catalog-feature';
import { dispatcherService } from '@arkan/dispatcher-feature';
import { notifierService } from '@arkan/notifier-feature';
import { registryService } from '@arkan/registry-feature';

/** The four services of the platform, in the order that they start. */
export const allServices = [catalogService, registryService, notifierService, dispatcherService];

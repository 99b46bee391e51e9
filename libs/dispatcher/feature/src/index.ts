export type { SendRequest, SendResult, SendTiming } from './sending/exchange';
export { responseBodyMax } from './sending/exchange';
export type { PoolLimits } from './sending/pools';
export type { Resolve, Resolved } from './sending/resolver';
export { createSender, type Sender, type SenderOptions } from './sending/sender';
export { createDispatcherFeature, dispatcherService, type DispatcherDeps, type DispatcherOptions } from './feature';

export * from './certificates';
export * from './database';
export * from './infrastructure';
export * from './mail-content';
export * from './mail-server';
export * from './receiver';
export * from './tcp-proxy';
export * from './waiting';

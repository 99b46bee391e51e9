import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Refusal } from '@arkan/kernel';
import { operationOf, type ArkanRequest } from '@arkan/runtime';
import { catchError, from, mergeMap, throwError, type Observable } from 'rxjs';
import { InjectRegistry, type RegistryHttp } from './tokens';

/** Keeps refused changes in the history, also those that the check of the body refuses before a controller is called. */
@Injectable()
export class RefusalInterceptor implements NestInterceptor {
  constructor(@InjectRegistry() private readonly registry: RegistryHttp) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        const operation = operationOf(context);
        const request = context.switchToHttp().getRequest<ArkanRequest>();
        if (!(error instanceof Refusal) || !operation || !request.call) return throwError(() => error);
        const params = request.params as Record<string, string>;
        return from(this.registry.refusals.record(operation, request.call, params, error)).pipe(
          mergeMap(() => throwError(() => error)),
        );
      }),
    );
  }
}

import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Operation as Contract } from '@arkan/contracts';
import { Refusal } from '@arkan/kernel';
import { operationOf, type ArkanRequest, type Call } from '@arkan/runtime';
import { catchError, type Observable } from 'rxjs';
import { withFurtherErrors } from '../commands/further-errors';
import { InjectRegistry, type RegistryHttp } from './tokens';

type CalledRequest = ArkanRequest & { call: Call };

/** Completes refusals, and keeps those of changes in the history, also those that the check of the body refuses before a controller is called. */
@Injectable()
export class RefusalInterceptor implements NestInterceptor {
  constructor(@InjectRegistry() private readonly registry: RegistryHttp) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        const operation = operationOf(context);
        const request = context.switchToHttp().getRequest<ArkanRequest>();
        if (!(error instanceof Refusal) || !operation || !request.call) throw error;
        return this.refuse(operation, request as CalledRequest, error);
      }),
    );
  }

  private async refuse(operation: Contract, request: CalledRequest, error: Refusal): Promise<never> {
    const params = request.params as Record<string, string>;
    const { context, refusals } = this.registry;
    const refusal = await withFurtherErrors(context, operation, request.call, { body: request.body, params }, error);
    await refusals.record(operation, request.call, params, refusal);
    throw refusal;
  }
}

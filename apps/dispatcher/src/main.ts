import { runProcess } from '@arkan/infrastructure';
import { dispatcherService } from '@arkan/dispatcher-feature';

await runProcess('dispatcher', [dispatcherService]);

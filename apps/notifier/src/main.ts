import { runProcess } from '@arkan/infrastructure';
import { notifierService } from '@arkan/notifier-feature';

await runProcess('notifier', [notifierService]);

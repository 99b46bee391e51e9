import { runProcess } from '@arkan/infrastructure';
import { allServices } from './services';

await runProcess('standalone', allServices);

import { runProcess } from '@arkan/infrastructure';
import { registryService } from '@arkan/registry-feature';

await runProcess('registry', [registryService]);

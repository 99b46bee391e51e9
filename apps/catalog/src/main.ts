import { runProcess } from '@arkan/infrastructure';
import { catalogService } from '@arkan/catalog-feature';

await runProcess('catalog', [catalogService]);

import { auditExportCommand, auditVerifyCommand } from './audit.ts';
import type { Command } from './command.ts';
import { migrateCommand, seedDemoCommand } from './database.ts';
import {
  entryCriticalCommand,
  entryListCommand,
  entryRemoveCommand,
  entryShowCommand,
  entrySuspendCommand,
} from './entry.ts';
import { exportCommand } from './export.ts';
import { entryImportCommand } from './import-list.ts';
import { accountCloseCommand, accountReopenCommand, freezeApprovalsCommand } from './incident.ts';
import { nodeListCommand, nodeRetireCommand } from './node.ts';
import {
  personEraseCommand,
  personExportCommand,
  personResetCommand,
  staffAddCommand,
  tokenCreateCommand,
} from './people.ts';
import { restoreConfirmCommand, restoreHeldCommand } from './restore.ts';

/** Everything that `npm run postern -- COMMAND` can do, in the order of its help. */
export const commands: readonly Command[] = [
  migrateCommand,
  seedDemoCommand,
  staffAddCommand,
  tokenCreateCommand,
  personExportCommand,
  personEraseCommand,
  personResetCommand,
  entryListCommand,
  entryShowCommand,
  entrySuspendCommand,
  entryRemoveCommand,
  entryCriticalCommand,
  entryImportCommand,
  accountCloseCommand,
  accountReopenCommand,
  freezeApprovalsCommand,
  exportCommand,
  nodeListCommand,
  nodeRetireCommand,
  restoreHeldCommand,
  restoreConfirmCommand,
  auditVerifyCommand,
  auditExportCommand,
];

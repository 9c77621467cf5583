import { addresses } from './addresses.ts';
import { tryEveryDoor } from './support/doors.ts';

tryEveryDoor(() => addresses().portalUrl);

import { formContents } from './hostile/contents.ts';
import { brokenForms } from './hostile/forms.ts';
import { brokenHttp } from './hostile/http.ts';
import { fileNames } from './hostile/names.ts';
import { oddRequests } from './hostile/odd.ts';
import { overLimits } from './hostile/sizes.ts';
import { slowSenders } from './hostile/slow.ts';
import { refusedUnread } from './hostile/unread.ts';
import type { HostileRequest } from './hostile/wire.ts';

/** What the door and the form do with requests that no client library would send. */
export const hostileRequests: Record<string, HostileRequest[]> = {
  'Odd, and right': oddRequests,
  Names: fileNames,
  'What is in the form': formContents,
  'Broken forms': brokenForms,
  Limits: overLimits,
  'Broken HTTP': brokenHttp,
  'Refused before the body is sent': refusedUnread,
  Time: slowSenders,
};

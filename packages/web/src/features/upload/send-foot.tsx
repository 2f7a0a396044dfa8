import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatBytes, formatCount, formatCountOf, formatSeconds } from '../../lib/format.ts';
import type { Estimate } from './choice.ts';
import type { QueueTotals } from './queue.ts';

interface SendFootProps {
  totals: QueueTotals;
  sendable: { files: number; bytes: number; models: number };
  unserved: readonly string[];
  estimate: Estimate;
  busy: boolean;
  /** Something else than the files speaks against it. */
  blocked: boolean;
  /** Of the case that the files go into. */
  chooser: ReactNode;
  send: () => void;
}

function describeEstimate({ seconds, unmeasured, onMade }: Estimate): string {
  if (seconds === null) return 'how long they take is not measured yet';
  const measured = unmeasured > 0 ? `, without the ${unmeasured} not measured yet` : '';
  const rest = onMade > 0 ? `${measured}, and more on what they make` : measured;
  return `about ${formatSeconds(Math.max(1, Math.ceil(seconds)))} of work for them${rest}`;
}

/** What is missing before anything can be sent, or what will happen when it is. */
function describeSending({ totals, sendable, unserved, estimate }: SendFootProps): string {
  if (totals.files === 0) return 'Choose files and the models that shall look at them.';
  if (totals.byStage.reading > 0)
    return `Reading what the files are: ${formatCountOf(totals.byStage.reading, 'file')} to go.`;
  const lacking = unserved.length > 0 ? `No model is chosen for ${unserved.join(', ')}.` : '';
  if (sendable.files === 0)
    return (
      lacking ||
      (totals.byStage.sent > 0 ? 'Everything that can be sent is sent.' : 'None of these files can be taken.')
    );
  const here = totals.here > 0 ? ` ${formatCount(totals.here)} already here: not sent again.` : '';
  const what = `${formatCountOf(sendable.files, 'file')}, ${formatBytes(sendable.bytes)}; ${formatCountOf(sendable.models, 'model')}; ${describeEstimate(estimate)}.${here}`;
  return lacking ? `${what} ${lacking}` : what;
}

export function SendFoot(props: SendFootProps) {
  const { sendable, busy, blocked, totals, chooser, send } = props;
  const disabled = busy || blocked || sendable.files === 0 || totals.byStage.reading > 0;
  return (
    <>
      {chooser}
      <p className="small dim" id="send-summary">
        {busy ? 'Sending. You can look at other pages; keep this tab open.' : describeSending(props)}
      </p>
      <Button fullWidth size="sm" variant="filled" disabled={disabled} onClick={send} aria-describedby="send-summary">
        {sendable.files > 0 ? `Send ${formatCountOf(sendable.files, 'file')}` : 'Send'}
      </Button>
    </>
  );
}

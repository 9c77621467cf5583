import { buttonClass } from '../ui/button-class.ts';

/** Takes a file. By POST: that it was taken is written down. */
export function DownloadButton({ action, label }: { action: string; label: string }) {
  return (
    <form method="post" action={action}>
      <button type="submit" className={buttonClass('secondary')}>
        {label}
      </button>
    </form>
  );
}

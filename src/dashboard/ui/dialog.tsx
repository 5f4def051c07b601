import { type ReactNode, useEffect, useId, useRef } from "react";

/**
 * A question or a form above the page, in the browser's own dialog: it keeps the focus, and Escape asks to close it. What is in it is
 * gone when it closes, so whoever opens it decides in `onClose` whether it does.
 */
export function Dialog({
  title,
  about,
  wide,
  onClose,
  children,
}: {
  title: string;
  about?: ReactNode;
  wide?: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      data-wide={wide || undefined}
      aria-labelledby={id}
      aria-describedby={about ? `${id}-about` : undefined}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose();
      }}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        {about && (
          <p className="muted" id={`${id}-about`}>
            {about}
          </p>
        )}
      </header>
      {children}
    </dialog>
  );
}

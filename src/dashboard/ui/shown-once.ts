import { useEffect, useRef } from "react";

/**
 * Keeps what is shown only once from being lost by the back button or a reload: the first leads back to it, before the second the browser
 * asks.
 * @param ask what happens at the back button
 */
export function useShownOnce(ask: () => void) {
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    // One step of the history that leads nowhere else, which the back button takes.
    const stay = () => history.pushState(history.state, "", location.href);
    const onBack = () => {
      stay();
      latest.current();
    };
    const onLeave = (event: BeforeUnloadEvent) => event.preventDefault();
    stay();
    addEventListener("popstate", onBack);
    addEventListener("beforeunload", onLeave);
    return () => {
      removeEventListener("popstate", onBack);
      removeEventListener("beforeunload", onLeave);
      history.back();
    };
  }, []);
}

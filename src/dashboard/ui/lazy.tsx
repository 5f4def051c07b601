import { type ComponentType, type ReactNode, useEffect, useReducer, useState } from "react";
import { Failure } from "./failure";
import { Skeleton } from "./loading";

/**
 * A page that is loaded when it is first shown, and its outline until then. React's own `lazy` would hold the page, and the requests that it
 * makes, back until its outline has been there for 300 ms.
 */
export function lazy<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  outline: ReactNode = <Skeleton />,
): ComponentType<Props> {
  let Page: ComponentType<Props> | undefined;
  return function LazyPage(props: Props) {
    const [error, setError] = useState<unknown>();
    const [, redraw] = useReducer((times: number) => times + 1, 0);
    useEffect(() => {
      if (Page || error !== undefined) return;
      load().then((loaded) => {
        Page = loaded.default;
        redraw();
      }, setError);
    }, [error]);
    if (Page) return <Page {...props} />;
    return error === undefined ? outline : <Failure error={error} retry={() => setError(undefined)} />;
  };
}

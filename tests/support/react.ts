import { Window } from "happy-dom";
import type { ReactNode } from "react";

/** A page with a DOM, while a test file needs one: `using page = openPage()`. Other files in the same process never see it. */
export async function openPage() {
  const window = new Window({ url: "http://localhost/" });
  const globals = { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true };
  const before = Object.keys(globals).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  Object.assign(globalThis, globals);
  // React looks for a DOM when it is loaded.
  const [{ act }, { createRoot, hydrateRoot }] = await Promise.all([import("react"), import("react-dom/client")]);
  const roots: { unmount(): void }[] = [];

  /** Lets everything happen that waits for nothing but promises and the server. */
  const settle = async (isDone: () => boolean) => {
    const end = performance.now() + 60_000;
    while (!isDone()) {
      if (performance.now() > end) throw new Error("The page never came to that.");
      await act(() => new Promise((resolve) => setTimeout(resolve, 1)));
    }
  };

  return {
    act,
    settle,
    /** Shows something, and gives the element it is in. */
    async show(node: ReactNode) {
      const element = window.document.createElement("div");
      const root = createRoot(element as unknown as Element);
      roots.push(root);
      await act(async () => root.render(node));
      return { element, render: (next: ReactNode) => act(async () => root.render(next)) };
    },
    /** Shows something in what a server rendered; and what React found different. */
    async hydrate(html: string, node: ReactNode) {
      const element = window.document.createElement("div");
      element.innerHTML = html;
      const differences: unknown[] = [];
      const options = { onRecoverableError: (error: unknown) => void differences.push(error) };
      await act(async () => {
        roots.push(hydrateRoot(element as unknown as Element, node, options));
      });
      return { element, differences };
    },
    async close() {
      await act(async () => {
        for (const root of roots) root.unmount();
      });
      for (const [name, descriptor] of before) {
        if (descriptor) Object.defineProperty(globalThis, name, descriptor);
        else Reflect.deleteProperty(globalThis, name);
      }
      await window.happyDOM.close();
    },
  };
}

export type TestPage = Awaited<ReturnType<typeof openPage>>;

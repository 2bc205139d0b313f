import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, type RouterState } from "react-router";
import { RouterProvider } from "react-router/dom";
import { reportView } from "./analytics.ts";
import { Home, Layout, Product } from "./pages.tsx";

const router = createBrowserRouter([
  {
    path: "/",
    Component: Layout,
    children: [
      { index: true, Component: Home },
      { path: "products/:sku", Component: Product },
    ],
  },
]);

/** `/products/77` is a page of `/products/:sku`: the matched routes, from the outermost in, make up the template. */
function report({ location, matches }: RouterState): void {
  const template = matches.map(({ route }) => route.path ?? "").join("/");
  reportView(location.pathname + location.search, template.replace(/\/+/g, "/"));
}

report(router.state);
router.subscribe(report);

createRoot(document.querySelector("#app") as Element).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);
